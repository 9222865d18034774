package io.github.residual4j.capture;

import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.capture.internal.checkpoint.Checkpoint;
import io.github.residual4j.capture.internal.checkpoint.OnnxFile;
import io.github.residual4j.capture.internal.checkpoint.TextLimits;
import io.github.residual4j.capture.internal.checkpoint.TokenizerJson;
import io.github.residual4j.capture.internal.discovery.ForeignStreamModel;
import io.github.residual4j.capture.internal.edit.ModelSizes;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.CheckpointModel;
import io.github.residual4j.capture.internal.run.NativeRuntime;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.capture.internal.token.TextTokenizer;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A model in either form, ready to be run.
 *
 * @param config the configuration, where all of it is known
 * @param tokenizer the tokenizer beside the model
 * @param scoresEveryPosition whether its logits are there for every position, not for the last alone
 * @param endOfSequence the token at which generated text ends, if it is known
 * @param layerNormEpsilon what the model's layer norms add to the variance, where known
 * @param weightsSha256 computes the hash of the file that holds the weights, once
 */
record OpenedModel(
        ModelDescription description,
        Optional<Gpt2Config> config,
        StreamModel model,
        Optional<TokenizerJson> tokenizer,
        RuntimeOptions runtime,
        boolean scoresEveryPosition,
        OptionalLong endOfSequence,
        OptionalDouble layerNormEpsilon,
        Supplier<String> weightsSha256) {
    /** What edits must fit. */
    ModelSizes sizes() {
        ModelShape shape = description.shape();
        OptionalInt innerWidth =
                config.isPresent() ? OptionalInt.of(config.get().innerWidth()) : OptionalInt.empty();
        return new ModelSizes(
                shape.blocks(),
                shape.width(),
                shape.heads(),
                innerWidth,
                shape.vocabulary(),
                model::embeddingDeviation);
    }

    /** What texts and ids it can take, by the tokenizer beside it or the one that is given. */
    Vocabulary vocabulary(ModelOptions options) {
        Optional<TokenizerJson> used =
                options.tokenizerFile().map(TokenizerJson::read).or(this::tokenizer);
        return new Vocabulary(description.name(), description.shape(), used.map(TextTokenizer::of));
    }

    /** Opens what lies at a path. */
    static OpenedModel at(Path path, ModelOptions options) {
        return OnnxFile.isMeant(path) ? of(OnnxFile.open(path), options) : of(Checkpoint.open(path), options);
    }

    static OpenedModel of(Checkpoint checkpoint, ModelOptions options) {
        NativeRuntime.load();
        RuntimeOptions runtime = new RuntimeOptions(options.device(), options.optimization());
        StreamModel model = CheckpointModel.of(checkpoint, runtime);
        Map<String, String> points = new LinkedHashMap<>();
        points.put(HookPoint.EMBED.nameIn(0), "");
        for (int block = 0; block < model.blocks(); block++) {
            points.put(HookPoint.RESID_MID.nameIn(block), "");
            points.put(HookPoint.RESID_POST.nameIn(block), "");
        }
        points.put(HookPoint.FINAL.nameIn(0), "");
        if (checkpoint.languageHead()) {
            points.put(HookPoint.LOGITS.nameIn(0), "");
        }
        ModelDescription description = new ModelDescription(
                checkpoint.name(),
                ForeignStreamModel.GPT2,
                ModelShape.of(checkpoint.config()),
                OptionalInt.empty(),
                List.of(),
                points,
                model.offers(),
                checkpoint.notes());
        return new OpenedModel(
                description,
                Optional.of(checkpoint.config()),
                model,
                checkpoint.tokenizer(),
                runtime,
                true,
                checkpoint.config().endOfSequence(),
                OptionalDouble.of(checkpoint.config().layerNormEpsilon()),
                checkpoint.weights()::sha256);
    }

    static OpenedModel of(OnnxFile onnx, ModelOptions options) {
        NativeRuntime.load();
        RuntimeOptions runtime = new RuntimeOptions(options.device(), options.optimization());
        ForeignStreamModel model = ForeignStreamModel.open(onnx.file(), runtime);
        Optional<TextLimits> limits = onnx.limits().filter(l -> l.fit(model.blocks(), model.width()));
        ModelShape shape = new ModelShape(
                model.blocks(),
                model.heads(),
                model.width(),
                model.vocabulary(),
                model.context().isPresent()
                        ? model.context()
                        : limits.map(TextLimits::context).orElse(OptionalInt.empty()),
                limits.map(TextLimits::beginningOfSequence).orElse(OptionalLong.empty()));
        Optional<Gpt2Config> config = onnx.config().filter(c -> isOf(c, shape));
        Map<String, String> points = new LinkedHashMap<>();
        model.tensors().forEach((site, tensor) -> {
            if (isOfStreamOrAfter(site)) {
                points.put(site.name(), "\"" + tensor + "\"");
            }
        });
        boolean scoresEveryPosition = scoresEveryPosition(model);
        List<String> notes = new ArrayList<>(model.notes());
        if (!scoresEveryPosition) {
            notes.add("it gives logits for the last position only");
        }
        ModelDescription description = new ModelDescription(
                onnx.name(),
                model.kind(),
                config.map(ModelShape::of).orElse(shape),
                model.length(),
                model.inputs(),
                points,
                model.offers(),
                notes);
        return new OpenedModel(
                description,
                config,
                model,
                onnx.tokenizer(),
                runtime,
                scoresEveryPosition,
                limits.map(TextLimits::endOfSequence).orElse(OptionalLong.empty()),
                model.layerNormEpsilon(),
                model::sha256);
    }

    /** Tries it on the first tokens, with what a capture asks for, so that the session made for that is used again. */
    private static boolean scoresEveryPosition(ForeignStreamModel model) {
        Set<HookKey> sites = new HashSet<>(model.tensors().keySet());
        sites.removeIf(site -> !isOfStreamOrAfter(site));
        if (!sites.contains(HookKey.of(HookPoint.LOGITS))) {
            return true;
        }
        long[] text = new long[model.length().orElse(Math.min(2, model.context().orElse(2)))];
        try (RunValues all = model.run(
                RunPlan.reading(sites),
                Batch.of(List.of(text)),
                RunInputs.scoring(Positions.all()),
                new Cancellation())) {
            return all.sites().equals(sites);
        } catch (BadRequestException e) {
            return false;
        }
    }

    /** Whether a configuration found beside a model can be the model's. */
    private static boolean isOf(Gpt2Config config, ModelShape shape) {
        return config.blocks() == shape.blocks()
                && config.width() == shape.width()
                && config.vocabulary() == shape.vocabulary()
                && config.context() <= shape.longest()
                && config.heads() == shape.heads().orElse(config.heads());
    }

    private static boolean isOfStreamOrAfter(HookKey site) {
        return site.point().isStream() || site.point() == HookPoint.FINAL || site.point() == HookPoint.LOGITS;
    }
}
