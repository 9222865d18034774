package io.github.residual4j.analysis;

import io.github.residual4j.error.BadRequestException;
import java.util.List;

/**
 * How far statistics over many sessions lie from those of a baseline, point by point, and dimension by dimension where
 * both keep them. Differences are in standard deviations: s = √((s₁² + s₂²) / 2), Cohen's d.
 */
public final class StreamDrift extends AnalysisResult {
    private final List<DriftFinding> findings;

    /**
     * Made by {@link io.github.residual4j.StreamStatistics#driftFrom}; the measures bear the names of the methods below.
     *
     * @param view what was compared with what
     * @param measures its numbers, under the names of the methods below
     * @param findings what is beyond its threshold, the largest score first
     */
    public StreamDrift(View view, List<Measure> measures, List<DriftFinding> findings) {
        super(
                "drift",
                findings.isEmpty() ? "No drift from the baseline" : "Drift from the baseline: " + findings.get(0),
                view,
                measures);
        this.findings = List.copyOf(findings);
    }

    /** {@return what is beyond its threshold, the largest score first; empty if nothing has drifted} */
    public List<DriftFinding> findings() {
        return findings;
    }

    /** {@return (mean of all values − the baseline's) / s; {@code [points]}} */
    public Measure meanDifference() {
        return measure("mean_difference");
    }

    /** {@return standard deviation of all values over the baseline's; {@code [points]}} */
    public Measure stdRatio() {
        return measure("std_ratio");
    }

    /** {@return (mean L2 norm of a token − the baseline's) / s of the norms; {@code [points]}} */
    public Measure normDifference() {
        return measure("norm_difference");
    }

    /** {@return the mean of |quantile − the baseline's| / s over the quantiles 0.05, 0.1, … 0.95; {@code [points]}} */
    public Measure quantileDistance() {
        return measure("quantile_distance");
    }

    /** {@return the largest score of a point and of its dimensions; drift is above 1; {@code [points]}} */
    public Measure score() {
        return measure("score");
    }

    /**
     * {@return as {@link #meanDifference()}, of each dimension; {@code [points, dimensions]}}
     *
     * @throws BadRequestException if dimensions were not kept
     */
    public Measure dimensionMeanDifference() {
        return measure("dimension_mean_difference");
    }

    /**
     * {@return as {@link #stdRatio()}, of each dimension; {@code [points, dimensions]}}
     *
     * @throws BadRequestException if dimensions were not kept
     */
    public Measure dimensionStdRatio() {
        return measure("dimension_std_ratio");
    }

    /**
     * {@return as {@link #quantileDistance()}, of each dimension, from a sample of the tokens; {@code [points, dimensions]}}
     *
     * @throws BadRequestException if a sample was not kept by both
     */
    public Measure dimensionQuantileDistance() {
        return measure("dimension_quantile_distance");
    }
}
