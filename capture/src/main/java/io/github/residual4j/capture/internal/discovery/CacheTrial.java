package io.github.residual4j.capture.internal.discovery;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.KeyValueCache;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CancelledException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/** Tries whether a file says the same after the keys and values it gave out as after the text they were made of. */
final class CacheTrial {
    private static final HookKey LOGITS = HookKey.of(HookPoint.LOGITS);
    private static final RunPlan BEGINS = RunPlan.reading(Set.of(LOGITS)).givingCache();
    private static final RunPlan GOES_ON = BEGINS.takingCache();

    /** How much rounding may change of the range that logits have: to 32 bits, to 16, and to 8 by another scale. */
    private static final float ROUNDING = 1e-3f;

    private static final float ROUNDING_TO_HALVES = 2e-2f;
    private static final float QUANTIZATION = 0.1f;

    private static final int TOKENS = 4;
    private static final int BEGINNING = 2;

    private final ForeignStreamModel model;
    private final float share;

    CacheTrial(ForeignStreamModel model, FoundCache cache) {
        this.model = model;
        share = model.sharesScales() ? QUANTIZATION : cache.rounds() ? ROUNDING_TO_HALVES : ROUNDING;
    }

    /** Whether two tokens, and then one and one more, give what they give together. */
    boolean holds() {
        boolean takesAnyLength = model.length().isEmpty() && model.context().orElse(TOKENS) >= TOKENS;
        if (!takesAnyLength || !model.offers().contains(HookPoint.LOGITS)) {
            return false;
        }
        try {
            return goesOnAlike();
        } catch (CancelledException e) {
            throw e; // that tells nothing of the file
        } catch (CaptureException | BadFileException | BadRequestException e) {
            return false; // the runtime cannot go on
        }
    }

    private boolean goesOnAlike() {
        try (RunValues begun = run(BEGINS, 0, BEGINNING, RunInputs.scoring(Positions.last()));
                KeyValueCache first = begun.cache().orElseThrow();
                RunValues third =
                        run(GOES_ON, 2, 3, RunInputs.scoring(Positions.last()).after(first));
                KeyValueCache second = third.cache().orElseThrow();
                RunValues fourth =
                        run(GOES_ON, 3, 4, RunInputs.scoring(Positions.last()).after(second));
                KeyValueCache last = fourth.cache().orElseThrow()) {
            return last.length() == TOKENS && isAsWhole(third, 3) && isAsWhole(fourth, 4);
        }
    }

    /** Whether the logits after a cache are those after so many tokens together. */
    private boolean isAsWhole(RunValues continued, int end) {
        try (RunValues whole = run(BEGINS, 0, end, RunInputs.scoring(Positions.last()));
                KeyValueCache ignored = whole.cache().orElseThrow()) {
            FloatBuffer expected = whole.rows(LOGITS, 0, Positions.last());
            FloatBuffer actual = continued.rows(LOGITS, 0, Positions.last());
            float largest = Float.NEGATIVE_INFINITY;
            float least = Float.POSITIVE_INFINITY;
            float change = 0;
            for (int id = 0; id < expected.remaining(); id++) {
                largest = Math.max(largest, expected.get(id));
                least = Math.min(least, expected.get(id));
                change = Math.max(change, Math.abs(expected.get(id) - actual.get(id))); // NaN stays
            }
            return change <= share * (largest - least);
        }
    }

    private RunValues run(RunPlan plan, int from, int to, RunInputs inputs) {
        long[] ids = LongStream.range(from, to).map(i -> i % model.vocabulary()).toArray();
        return model.run(plan, Batch.of(List.of(ids)), inputs, new Cancellation());
    }
}
