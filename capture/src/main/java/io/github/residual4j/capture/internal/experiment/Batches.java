package io.github.residual4j.capture.internal.experiment;

import java.util.ArrayList;
import java.util.List;

/** Puts runs that are alike together. */
final class Batches {
    /** At most about so many positions in one batch. */
    private static final int POSITIONS = 1024;

    private Batches() {}

    /**
     * Runs as they go through a model together.
     *
     * @param positions how many each has
     */
    static <T> List<List<T>> of(List<T> runs, int positions) {
        return ofSize(runs, Math.max(1, POSITIONS / positions));
    }

    /** As many in each, but for the last. */
    static <T> List<List<T>> ofSize(List<T> runs, int size) {
        List<List<T>> batches = new ArrayList<>();
        for (int begin = 0; begin < runs.size(); begin += size) {
            batches.add(runs.subList(begin, Math.min(runs.size(), begin + size)));
        }
        return batches;
    }
}
