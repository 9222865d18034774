package io.github.residual4j.analysis;

import java.util.List;

/**
 * Principal component analysis of all states of the view together, every token at every point (Pearson 1901):
 * eigenvectors of their covariance about their common mean, in double. There are as many components as were asked for,
 * or fewer if the states span fewer directions. All is NaN where a value is not finite.
 */
public final class PrincipalComponents extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public PrincipalComponents(View view, List<Measure> measures) {
        super("principal_components", "Principal components of the stream", view, measures);
    }

    /**
     * {@return directions of unit length, the one of most variance first; {@code [components, dimensions]}} The value
     * of largest magnitude in each is positive (the first of equal ones), which decides its sign.
     */
    public Measure components() {
        return measure("components");
    }

    /**
     * {@return the variance along each, divided by the number of states as everywhere here, in squared units of the
     * stream; {@code [components]}}
     */
    public Measure explainedVariance() {
        return measure("explained_variance");
    }

    /** {@return the share of the whole variance, from 0 to 1; {@code [components]}} */
    public Measure explainedRatio() {
        return measure("explained_ratio");
    }

    /**
     * {@return where each token is at each point: its state minus the mean, along each component, in the units of the
     * stream; {@code [tokens, points, components]}}
     */
    public Measure trajectories() {
        return measure("trajectories");
    }
}
