package io.github.residual4j.analysis;

import java.util.List;

/**
 * How far the stream has left where it began and come to where it ends: cosine similarity of each point with {@code
 * embed} and with the last point, for each token; 0 where a vector is zero, NaN where a value is.
 */
public final class CosineWithEnds extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public CosineWithEnds(View view, List<Measure> measures) {
        super("cosine_with_ends", "Cosine of each point with the embedding and with the last point", view, measures);
    }

    /** {@return the cosine with the embedding; {@code [points, tokens]}, in [−1, 1]} */
    public Measure embed() {
        return measure("cosine_embed");
    }

    /** {@return the cosine with the last point of the view; {@code [points, tokens]}, in [−1, 1]} */
    public Measure last() {
        return measure("cosine_last");
    }
}
