package io.github.residual4j.analysis;

import java.util.List;

/**
 * Principal components of the states of one point over many sessions: eigenvectors of their covariance, in double.
 * There are as many as were asked for, or fewer if the states span fewer directions.
 */
public final class CovarianceComponents extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public CovarianceComponents(View view, List<Measure> measures) {
        super("covariance_components", "Principal components of a point", view, measures);
    }

    /**
     * {@return directions of unit length, the one of most variance first; {@code [components, dimensions]}} The value
     * of largest magnitude in each is positive (the first of equal ones), which decides its sign.
     */
    public Measure components() {
        return measure("components");
    }

    /**
     * {@return the variance along each, divided by the number of states, in squared units of the stream; {@code
     * [components]}}
     */
    public Measure explainedVariance() {
        return measure("explained_variance");
    }

    /** {@return the share of the whole variance, from 0 to 1; {@code [components]}} */
    public Measure explainedRatio() {
        return measure("explained_ratio");
    }
}
