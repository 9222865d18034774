package io.github.residual4j.analysis;

import java.util.List;

/**
 * Statistics of each point over all values and all tokens of many sessions; each an array {@code [points]}, in the
 * units of the stream. Values that are not finite are counted and left out of the rest.
 */
public final class StreamSummary extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public StreamSummary(View view, List<Measure> measures) {
        super("many_sessions", "Statistics over many sessions", view, measures);
    }

    /** {@return how many finite values there were} */
    public Measure count() {
        return measure("count");
    }

    /** {@return how many values were NaN or infinite} */
    public Measure notFinite() {
        return measure("not_finite");
    }

    /** {@return Σx / n; NaN if there were none} */
    public Measure mean() {
        return measure("mean");
    }

    /** {@return √(Σ(x − mean)² / n); NaN if there were none} */
    public Measure std() {
        return measure("std");
    }

    /** {@return the smallest value; NaN if there were none} */
    public Measure min() {
        return measure("min");
    }

    /** {@return the largest value; NaN if there were none} */
    public Measure max() {
        return measure("max");
    }

    /** {@return the mean L2 norm of the tokens whose values are all finite} */
    public Measure normMean() {
        return measure("norm_mean");
    }

    /** {@return the population standard deviation of those norms} */
    public Measure normStd() {
        return measure("norm_std");
    }

    /** {@return the smallest of those norms} */
    public Measure normMin() {
        return measure("norm_min");
    }

    /** {@return the largest of those norms} */
    public Measure normMax() {
        return measure("norm_max");
    }
}
