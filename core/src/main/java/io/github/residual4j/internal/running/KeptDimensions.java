package io.github.residual4j.internal.running;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is kept of each dimension, point by point, and how the model numbers them. */
public final class KeptDimensions {
    private final int[] numbers;
    private final List<RunningDimensions> points;

    /** @param numbers as the model numbers the dimensions */
    public KeptDimensions(int[] numbers, List<RunningDimensions> points) {
        this.numbers = numbers.clone();
        this.points = List.copyOf(points);
    }

    /** What is kept before the first state. */
    public static KeptDimensions empty(int[] numbers, int points) {
        List<RunningDimensions> each = new ArrayList<>();
        for (int p = 0; p < points; p++) {
            each.add(new RunningDimensions(numbers.length));
        }
        return new KeptDimensions(numbers, each);
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

    /** Takes in all that another took in. */
    public void add(KeptDimensions other) {
        for (int p = 0; p < points.size(); p++) {
            points.get(p).add(other.points.get(p));
        }
    }
}
