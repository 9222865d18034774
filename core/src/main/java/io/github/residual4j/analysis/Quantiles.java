package io.github.residual4j.analysis;

import java.util.List;

/**
 * Quantiles of all finite values of each point over many sessions, in the units of the stream: {@code [points,
 * quantiles]}, each within 1 % of its own magnitude (Masson, Rim and Lee 2019, DDSketch); NaN if there were none.
 */
public final class Quantiles extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public Quantiles(View view, List<Measure> measures) {
        super("quantiles", "Quantiles of each point", view, measures);
    }

    /** {@return the quantiles of each point; {@code [points, quantiles]}, growing with the quantile} */
    public Measure values() {
        return measure("quantiles");
    }
}
