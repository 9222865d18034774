package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.internal.edit.EditedRun;
import io.github.residual4j.capture.internal.edit.ModelSizes;
import io.github.residual4j.capture.internal.edit.RecordedEdits;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.RuntimeOptions;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.hook.Provenance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Runs texts through a model and makes sessions of what comes out. */
final class CaptureEngine {
    private final StreamModel model;
    private final Vocabulary vocabulary;
    private final SessionAssembler assembler;
    private final RuntimeOptions runtime;
    private final OptionalDouble layerNormEpsilon;
    private final BackgroundValue<String> weightsSha256;
    private final ModelSizes sizes;

    CaptureEngine(OpenedModel opened, Vocabulary vocabulary, SessionAssembler assembler) {
        model = opened.model();
        this.vocabulary = vocabulary;
        this.assembler = assembler;
        runtime = opened.runtime();
        layerNormEpsilon = opened.layerNormEpsilon();
        weightsSha256 = new BackgroundValue<>("residual4j-digest", opened.weightsSha256());
        sizes = opened.sizes();
    }

    /** A session of the tokens that one step of a growing text read, which is one of some that grow together. */
    ActivationSession assembleStep(RunValues values, int text, long[] ids, CaptureSpec spec) {
        int first = values.before(text);
        SessionText read = new SessionText(Arrays.copyOfRange(ids, first, ids.length), Optional.empty());
        weightsSha256.begin();
        Provenance provenance = provenance(spec, Instant.now(), new Cancellation());
        return assembler.assemble(values, text, read, Positions.all(), provenance, Map.of(), first);
    }

    /** The hash of the file that holds the weights. */
    String weightsSha256() {
        weightsSha256.begin();
        return weightsSha256.get(new Cancellation());
    }

    /** What edits of the model must fit. */
    ModelSizes sizes() {
        return sizes;
    }

    /** Tokenizes a text and refuses it if the model cannot run it or it lacks the positions asked for. */
    SessionText prepare(CaptureInput input, CaptureSpec spec) {
        long[] ids = vocabulary.withBos(input.ids(vocabulary), spec.prependBos());
        vocabulary.check(ids);
        spec.positions().end(ids.length);
        return new SessionText(ids, input.text(vocabulary));
    }

    /**
     * Runs texts as one batch, or one after the other where the model takes one at a time.
     *
     * @throws CaptureException if it is cancelled, or its thread interrupted
     */
    List<ActivationSession> run(List<SessionText> texts, CaptureSpec spec, Cancellation cancellation) {
        RunPlan plan = spec.plan(model.blocks(), model.offers());
        weightsSha256.begin(); // reads all weights, which takes as long as a first run
        if (texts.size() == 1 || model.runsTogether(plan)) {
            return run(texts, spec, plan, cancellation);
        }
        List<ActivationSession> sessions = new ArrayList<>(texts.size());
        for (SessionText text : texts) {
            sessions.addAll(run(List.of(text), spec, plan, cancellation));
        }
        return sessions;
    }

    private List<ActivationSession> run(
            List<SessionText> texts, CaptureSpec spec, RunPlan plan, Cancellation cancellation) {
        Instant created = Instant.now();
        Batch batch = Batch.of(texts.stream().map(SessionText::ids).toList());
        EditedRun run = EditedRun.of(model, sizes, spec.edits());
        List<ActivationSession> sessions = new ArrayList<>(texts.size());
        try (RunValues activations = run.run(plan, batch, spec.logits().orElse(Positions.last()), cancellation)) {
            Provenance provenance = provenance(spec, created, cancellation);
            Map<String, FloatTensor> putIn = RecordedEdits.arrays(spec.edits(), sizes);
            for (int i = 0; i < texts.size(); i++) {
                cancellation.check();
                sessions.add(assembler.assemble(activations, i, texts.get(i), spec.positions(), provenance, putIn, 0));
            }
        }
        return sessions;
    }

    private Provenance provenance(CaptureSpec spec, Instant created, Cancellation cancellation) {
        return new Provenance(
                spec.prependBos(),
                Optional.of(weightsSha256.get(cancellation)),
                Optional.of(RuntimeOptions.runtimeName()),
                Optional.of(runtime.executionProvider()),
                Optional.of(runtime.optimization().toString()),
                Optional.of(created),
                layerNormEpsilon,
                model.warnings(),
                RecordedEdits.of(spec.edits(), sizes));
    }
}
