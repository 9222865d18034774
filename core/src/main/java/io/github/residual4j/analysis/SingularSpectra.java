package io.github.residual4j.analysis;

import java.util.List;

/**
 * How many directions the states of each point use: the singular values of its matrix {@code [tokens, dimensions]}, in
 * double. It is the matrix as the view has it; {@code centered()} first gives the spectrum of the covariance. NaN
 * where a value is not finite.
 */
public final class SingularSpectra extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public SingularSpectra(View view, List<Measure> measures) {
        super("spectra", "Singular spectrum of each point", view, measures);
    }

    /**
     * {@return singular values, the largest first, in the units of the stream; {@code [points, min(tokens,
     * dimensions)]}}
     */
    public Measure singularValues() {
        return measure("singular_values");
    }

    /**
     * {@return exp(−Σ p ln p) with p = σ/Σσ: 1 for states along one line up to the number of singular values; {@code
     * [points]}; NaN where all states are zero (Roy and Vetterli 2007, The effective rank)}
     */
    public Measure effectiveRank() {
        return measure("effective_rank");
    }

    /**
     * {@return (Σλ)² / Σλ² with λ = σ²: 1 for states along one line up to the number of singular values; {@code
     * [points]}; NaN where all states are zero (Gao et al} 2017, A theory of multineuronal dimensionality, dynamics and
     * measurement).
     */
    public Measure participationRatio() {
        return measure("participation_ratio");
    }
}
