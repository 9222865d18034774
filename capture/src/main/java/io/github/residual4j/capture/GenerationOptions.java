package io.github.residual4j.capture;

import io.github.residual4j.capture.internal.edit.EditedRun;
import io.github.residual4j.capture.internal.generate.Decoder;
import io.github.residual4j.capture.internal.generate.Sampling;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.hook.HookKey;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was asked for of a generation.
 *
 * @param tokens how many are generated at most
 * @param sampling how each is chosen
 * @param seed of the chance in that
 * @param stopIds tokens that end the text
 * @param stopTexts texts that end it
 * @param likeliest how many of the likeliest tokens each step tells
 * @param keepsStates whether states are captured at each step
 * @param spec what is captured and changed
 */
record GenerationOptions(
        int tokens,
        Sampling sampling,
        long seed,
        List<Long> stopIds,
        List<String> stopTexts,
        int likeliest,
        boolean keepsStates,
        CaptureSpec spec) {
    GenerationOptions {
        stopIds = List.copyOf(stopIds);
        stopTexts = List.copyOf(stopTexts);
    }

    GenerationOptions withTokens(int count) {
        return new GenerationOptions(count, sampling, seed, stopIds, stopTexts, likeliest, keepsStates, spec);
    }

    GenerationOptions withSampling(Sampling changed) {
        return new GenerationOptions(tokens, changed, seed, stopIds, stopTexts, likeliest, keepsStates, spec);
    }

    GenerationOptions withSeed(long changed) {
        return new GenerationOptions(tokens, sampling, changed, stopIds, stopTexts, likeliest, keepsStates, spec);
    }

    GenerationOptions withStops(List<Long> ids, List<String> texts) {
        return new GenerationOptions(tokens, sampling, seed, ids, texts, likeliest, keepsStates, spec);
    }

    GenerationOptions withLikeliest(int count) {
        return new GenerationOptions(tokens, sampling, seed, stopIds, stopTexts, count, keepsStates, spec);
    }

    GenerationOptions withSpec(CaptureSpec changed, boolean keeps) {
        return new GenerationOptions(tokens, sampling, seed, stopIds, stopTexts, likeliest, keeps, changed);
    }

    /** What is captured of each token. */
    Set<HookKey> reads(LanguageModel model) {
        Set<HookKey> reads = new TreeSet<>();
        if (keepsStates) {
            reads.addAll(
                    spec.plan(model.stream().blocks(), model.stream().offers()).reads());
        }
        return reads;
    }

    /** What reads texts on with these options. */
    Decoder decoder(LanguageModel model, Cancellation cancellation) {
        ExperimentTexts.requireLogits(model.stream(), model.name());
        EditedRun edits = EditedRun.of(model.stream(), model.sizes(), spec.edits());
        edits.requireFixedPositions();
        return new Decoder(model.stream(), edits, reads(model), cancellation);
    }
}
