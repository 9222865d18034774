package io.github.residual4j.analysis;

import java.util.List;

/**
 * How much of the squared norm of each state its k largest dimensions hold: the sum of its k largest x² over Σx².
 */
public final class TopDimensionShare extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public TopDimensionShare(View view, List<Measure> measures) {
        super("top_dimension_share", "Share of the squared norm in the largest dimensions", view, measures);
    }

    /**
     * {@return the share of the squared norm in the k largest dimensions; {@code [points, tokens]}, from k/n to 1; NaN
     * for a zero vector}
     */
    public Measure share() {
        return measure("share");
    }
}
