package io.github.residual4j.analysis;

import java.util.List;

/**
 * Cosine similarity of every point of the stream with every other, for each token: x·y / (‖x‖ ‖y‖); 0 where a vector
 * is zero, NaN where a value is. Its size is tokens × points².
 */
public final class CosineBetweenAllPointsByToken extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public CosineBetweenAllPointsByToken(View view, List<Measure> measures) {
        super("cosine_between_points_by_token", "Cosine between all points of each token", view, measures);
    }

    /**
     * {@return the cosine of every pair of points for each token; {@code [tokens, points, points]}, in [−1, 1],
     * symmetric in the points}
     */
    public Measure cosine() {
        return measure("cosine");
    }
}
