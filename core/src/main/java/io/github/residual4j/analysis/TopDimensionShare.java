package io.github.residual4j.analysis;

import java.util.List;

/**
 * How much of the squared norm of each state its k largest dimensions hold: the sum of its k largest x² over Σx².
 */
public final class TopDimensionShare extends AnalysisResult {
    /** Made by the analyzer; the measures bear the names of the methods below. */
    public TopDimensionShare(View view, List<Measure> measures) {
        super("top_dimension_share", "Share of the squared norm in the largest dimensions", view, measures);
    }

    /** {@code [points, tokens]}, from k/n to 1; NaN for a zero vector. */
    public Measure share() {
        return measure("share");
    }
}
