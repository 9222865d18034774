package io.github.residual4j.internal.running;

import io.github.residual4j.internal.kernel.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is kept of each dimension, point by point, and how the model numbers them. */
public final class KeptDimensions {
    private final int[] numbers;
    private final List<RunningDimensions> points;
    private final Optional<TokenSample> sample;

    /**
     * @param numbers as the model numbers the dimensions
     * @param sample tokens whose states are kept, if some are
     */
    public KeptDimensions(int[] numbers, List<RunningDimensions> points, Optional<TokenSample> sample) {
        this.numbers = numbers.clone();
        this.points = List.copyOf(points);
        this.sample = sample;
    }

    /**
     * What is kept before the first state.
     *
     * @param sampled how many tokens' states are kept at most; 0 for none
     */
    public static KeptDimensions empty(int[] numbers, int points, int sampled) {
        List<RunningDimensions> each = new ArrayList<>();
        for (int p = 0; p < points; p++) {
            each.add(new RunningDimensions(numbers.length));
        }
        return new KeptDimensions(
                numbers,
                each,
                sampled == 0 ? Optional.empty() : Optional.of(new TokenSample(sampled, points, numbers.length)));
    }

    /** As the model numbers them. */
    public int[] numbers() {
        return numbers.clone();
    }

    /** Whether these are the dimensions of the same numbers. */
    public boolean isOf(int[] others) {
        return Arrays.equals(numbers, others);
    }

    public List<RunningDimensions> points() {
        return points;
    }

    /** Tokens whose states are kept, if some are. */
    public Optional<TokenSample> sample() {
        return sample;
    }

    /**
     * Takes in {@code rows} tokens.
     *
     * @param states {@code [points][…]}, each with the tokens one after the other from {@code from} on
     */
    public void add(Kernels kernels, float[][] states, int from, int rows) {
        for (int p = 0; p < points.size(); p++) {
            points.get(p).add(kernels, states[p], from, rows);
        }
        sample.ifPresent(s -> s.add(states, from, rows));
    }

    /** Takes in all that another took in. */
    public void add(KeptDimensions other) {
        for (int p = 0; p < points.size(); p++) {
            points.get(p).add(other.points.get(p));
        }
        sample.ifPresent(s -> s.add(other.sample.orElseThrow()));
    }
}
