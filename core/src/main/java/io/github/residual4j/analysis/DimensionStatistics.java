package io.github.residual4j.analysis;

import java.util.List;

/**
 * Statistics of each dimension of each point over many sessions, {@code [points, dimensions]}, in the units of the
 * stream, from the tokens whose values are all finite at the point.
 */
public final class DimensionStatistics extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the sessions was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public DimensionStatistics(View view, List<Measure> measures) {
        super("dimensions", "Statistics of each dimension over many sessions", view, measures);
    }

    /** {@return Σx / n; NaN if there were none} */
    public Measure mean() {
        return measure("mean");
    }

    /** {@return √(Σ(x − mean)² / n); NaN if there were none} */
    public Measure std() {
        return measure("std");
    }

    /** {@return Σ|x| / n; NaN if there were none} */
    public Measure meanMagnitude() {
        return measure("mean_magnitude");
    }
}
