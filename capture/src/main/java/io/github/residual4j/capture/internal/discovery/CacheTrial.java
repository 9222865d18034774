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
import java.util.Arrays;
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

    private final ForeignStreamModel model;
    private final FoundCache cache;
    private final float share;

    CacheTrial(ForeignStreamModel model, FoundCache cache) {
        this.model = model;
        this.cache = cache;
        share = model.sharesScales() ? QUANTIZATION : cache.rounds() ? ROUNDING_TO_HALVES : ROUNDING;
    }

    /** Whether two tokens, and then one and one more, give what they give together. */
    boolean holds() {
        return holds(List.of(ids(0, TOKENS)));
    }

    /** Whether two texts of different lengths, begun and gone on with as one batch, give what each gives alone. */
    boolean holdsTogether() {
        return cache.takesMask() && holds(List.of(ids(0, TOKENS), ids(TOKENS, TOKENS - 1)));
    }

    private boolean holds(List<long[]> texts) {
        boolean takesAnyLength = model.length().isEmpty() && model.context().orElse(TOKENS) >= TOKENS;
        if (!takesAnyLength || !model.offers().contains(HookPoint.LOGITS)) {
            return false;
        }
        try {
            return goesOnAlike(texts);
        } catch (CancelledException e) {
            throw e; // that tells nothing of the file
        } catch (CaptureException | BadFileException | BadRequestException e) {
            return false; // the runtime cannot go on
        }
    }

    private boolean goesOnAlike(List<long[]> texts) {
        List<long[]> shorter = withoutLast(texts);
        RunInputs scoring = RunInputs.scoring(Positions.last());
        try (RunValues begun = run(BEGINS, withoutLast(shorter), scoring);
                KeyValueCache first = begun.cache().orElseThrow();
                RunValues next = run(GOES_ON, lastOnly(shorter), scoring.after(first));
                KeyValueCache second = next.cache().orElseThrow();
                RunValues last = run(GOES_ON, lastOnly(texts), scoring.after(second));
                KeyValueCache ignored = last.cache().orElseThrow()) {
            return areAsWhole(next, shorter) && areAsWhole(last, texts);
        }
    }

    private static List<long[]> withoutLast(List<long[]> texts) {
        return texts.stream().map(ids -> Arrays.copyOf(ids, ids.length - 1)).toList();
    }

    private static List<long[]> lastOnly(List<long[]> texts) {
        return texts.stream().map(ids -> new long[] {ids[ids.length - 1]}).toList();
    }

    /** Whether each text's logits after a cache are those after all its tokens together. */
    private boolean areAsWhole(RunValues continued, List<long[]> texts) {
        for (int text = 0; text < texts.size(); text++) {
            if (!isAsWhole(continued.rows(LOGITS, text, Positions.last()), texts.get(text))) {
                return false;
            }
        }
        return true;
    }

    private boolean isAsWhole(FloatBuffer actual, long[] ids) {
        try (RunValues whole = run(BEGINS, List.of(ids), RunInputs.scoring(Positions.last()));
                KeyValueCache ignored = whole.cache().orElseThrow()) {
            FloatBuffer expected = whole.rows(LOGITS, 0, Positions.last());
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

    private RunValues run(RunPlan plan, List<long[]> texts, RunInputs inputs) {
        return model.run(plan, Batch.of(texts), inputs, new Cancellation());
    }

    private long[] ids(int first, int count) {
        return LongStream.range(first, first + count)
                .map(i -> i % model.vocabulary())
                .toArray();
    }
}
