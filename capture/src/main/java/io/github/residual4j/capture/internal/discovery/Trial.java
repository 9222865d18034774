package io.github.residual4j.capture.internal.discovery;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.internal.text.Counted;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/** Tries a model that was just opened on a few tokens, for what cannot be read off its graph. */
final class Trial {
    /** How much of the largest value rounding may change. */
    private static final float ROUNDING = 1e-5f;

    /** How much of the largest value another scale of 8-bit integers may change, block after block. */
    private static final float QUANTIZATION = 0.1f;

    /** What a pattern in 16 bits may have where it has nothing, and lack of 1. */
    private static final float SMALLEST_SHARE = 1e-4f;

    private static final double LARGEST_REST = 1e-2;

    private final Path file;
    private final ForeignStreamModel model;
    private final RunPlan plan;
    private final int tokens;

    /** @param plan what is computed */
    Trial(Path file, ForeignStreamModel model, RunPlan plan) {
        this.file = file;
        this.model = model;
        this.plan = plan;
        tokens = model.length().orElse(Math.min(3, model.context().orElse(3)));
    }

    /**
     * What shows that the file's inputs are not meant as they were fed: states that are not finite, one token at two
     * places that has the same first state, a position that looks at a later one, a mask that does not hide. Nothing
     * where all is well.
     */
    Optional<String> fault() {
        long[] ids = ids(0, tokens);
        float[] before = lastState(ids);
        for (float value : before) {
            if (!Float.isFinite(value)) {
                return Optional.of("gives states that are NaN or infinite on a few tokens; its attention mask may mean"
                        + " something else than 1 for tokens that are attended to and 0 for others.");
            }
        }
        if (tokens > 1 && model.context().isPresent() && !tellsPositionsApart()) {
            return Optional.of(
                    "gives the same token at two positions the same first state, so it takes the tokens along"
                            + " another axis or no positions.");
        }
        if (tokens > 1 && model.context().isEmpty() && !looksBack(ids, before)) {
            return Optional.of("gives a text's last token the same states whatever comes before it, so it takes the"
                    + " tokens along another axis.");
        }
        return looksAhead(ids, before)
                ? Optional.of(
                        "its attention looks ahead, for the states of a text's beginning change with its last token;"
                                + " it may be an encoder, or the half of a decoder that continues from a cache one token at a"
                                + " time.")
                : Optional.empty();
    }

    private boolean tellsPositionsApart() {
        HookKey first = HookKey.of(HookPoint.EMBED);
        try (RunValues values = run(List.of(new long[tokens]))) {
            FloatBuffer state = values.rows(first, 0, Positions.all());
            int width = state.remaining() / tokens;
            for (int d = 0; d < width; d++) {
                if (state.get(d) != state.get(width + d)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Whether the states of a text's last token change with its first one. */
    private boolean looksBack(long[] ids, float[] before) {
        long[] changed = ids.clone();
        changed[0] = (ids[tokens - 1] + 1) % model.vocabulary();
        return !isUnchanged(before, lastState(changed), (tokens - 1) * model.width(), tokens * model.width());
    }

    /** Whether the states of a text's beginning change with its last token. */
    private boolean looksAhead(long[] ids, float[] before) {
        long[] changed = ids.clone();
        changed[tokens - 1] = (ids[tokens - 1] + 1) % model.vocabulary();
        return !isUnchanged(before, lastState(changed), 0, (tokens - 1) * model.width());
    }

    private boolean isUnchanged(float[] before, float[] after, int from, int to) {
        float largest = 0;
        float change = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(before[i]));
            change = Math.max(change, Math.abs(before[i] - after[i])); // NaN stays
        }
        return change <= (model.sharesScales() ? QUANTIZATION : ROUNDING) * largest;
    }

    /** Whether what the first block makes of a text's last token depends on the order of those before it. */
    boolean tellsOrder() {
        if (tokens < 3) {
            return false;
        }
        HookKey first = HookKey.of(HookPoint.RESID_POST, 0);
        long[] ids = ids(0, tokens);
        long[] swapped = ids.clone();
        swapped[0] = ids[1];
        swapped[1] = ids[0];
        int width = model.width();
        return !isUnchanged(
                state(first, Batch.of(List.of(ids))),
                state(first, Batch.of(List.of(swapped))),
                (tokens - 1) * width,
                tokens * width);
    }

    /** A few tokens. */
    Batch text() {
        return Batch.of(List.of(ids(0, tokens)));
    }

    /**
     * How many heads a pattern has, {@code [heads, tokens, tokens]}; none if its rows do not sum to 1 over a position and
     * those before it.
     */
    static OptionalInt headsOfPattern(FloatBuffer pattern, int tokens) {
        int square = tokens * tokens;
        if (pattern.remaining() == 0 || pattern.remaining() % square != 0) {
            return OptionalInt.empty();
        }
        for (int row = 0; row < pattern.remaining() / tokens; row++) {
            double sum = 0;
            for (int key = 0; key < tokens; key++) {
                float share = pattern.get(row * tokens + key);
                boolean later = key > row % tokens;
                if (!(share >= 0) || later && share > SMALLEST_SHARE) {
                    return OptionalInt.empty();
                }
                sum += share;
            }
            if (!(Math.abs(sum - 1) < LARGEST_REST)) {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.of(pattern.remaining() / square);
    }

    /** Whether a token that the mask hides has no part in the states after it, which tells what the mask means. */
    boolean maskHides() {
        if (tokens < 3) {
            return true; // too short to tell
        }
        int hidden = 1;
        long[] ids = ids(0, tokens);
        long[] changed = ids.clone();
        changed[hidden] = (ids[hidden] + 1) % model.vocabulary();
        float[] before = lastState(Batch.of(List.of(ids)).hiding(hidden));
        float[] after = lastState(Batch.of(List.of(changed)).hiding(hidden));
        int width = model.width();
        return isUnchanged(before, after, (tokens - 1) * width, tokens * width);
    }

    private float[] lastState(long[] ids) {
        return lastState(Batch.of(List.of(ids)));
    }

    private float[] lastState(Batch batch) {
        return state(HookKey.of(HookPoint.RESID_POST, model.blocks() - 1), batch);
    }

    private float[] state(HookKey key, Batch batch) {
        try (RunValues activations = run(batch)) {
            FloatBuffer state = activations.rows(key, 0, Positions.all());
            float[] values = new float[state.remaining()];
            state.get(values);
            if (values.length != batch.length() * model.width()) {
                throw new BadFileException(
                        file,
                        "cannot be run as it says: its state \""
                                + model.tensors().get(key) + "\" has "
                                + Counted.of(values.length, "value") + " for " + Counted.of(batch.length(), "token")
                                + " of width " + model.width()
                                + ".");
            }
            return values;
        }
    }

    /**
     * Whether two texts of different lengths, where the model takes such, come out of one batch as they do alone: not
     * every graph with an axis for texts keeps them apart.
     */
    boolean keepsTextsApart() {
        List<long[]> texts =
                List.of(ids(0, tokens), ids(tokens, model.length().isPresent() ? tokens : Math.max(1, tokens - 1)));
        try (RunValues together = run(texts)) {
            for (int text = 0; text < texts.size(); text++) {
                try (RunValues alone = run(List.of(texts.get(text)))) {
                    for (HookKey site : plan.reads()) {
                        FloatBuffer expected = alone.rows(site, 0, Positions.all());
                        if (!isSame(together.rows(site, text, Positions.all()), expected)) {
                            return false;
                        }
                    }
                }
            }
        }
        return true;
    }

    /** To the tolerance between two runs of the same text: |a − b| ≤ 1e-5 + 1e-5·|b|. */
    private static boolean isSame(FloatBuffer actual, FloatBuffer expected) {
        for (int i = 0; i < expected.remaining(); i++) {
            float difference = Math.abs(actual.get(i) - expected.get(i));
            if (!(difference <= 1e-5f + 1e-5f * Math.abs(expected.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private RunValues run(List<long[]> texts) {
        return run(Batch.of(texts));
    }

    private RunValues run(Batch batch) {
        return model.run(plan, batch, RunInputs.scoring(Positions.last()), new Cancellation());
    }

    private long[] ids(int first, int count) {
        return LongStream.range(first, first + count)
                .map(i -> i % model.vocabulary())
                .toArray();
    }
}
