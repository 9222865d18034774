package io.github.residual4j.analysis;

import java.util.List;

/**
 * Cosine similarity of every point of the stream with every other, averaged over tokens: x·y / (‖x‖ ‖y‖); 0 where a
 * vector is zero, NaN where a value is.
 */
public final class CosineBetweenAllPoints extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public CosineBetweenAllPoints(View view, List<Measure> measures) {
        super("cosine_between_points", "Cosine between all points, mean over tokens", view, measures);
    }

    /** {@return the mean over tokens; {@code [points, points]}, in [−1, 1], symmetric} */
    public Measure mean() {
        return measure("cosine_mean");
    }
}
