package io.github.residual4j.analysis;

import java.util.List;

/**
 * How much of a cone the states of a point form: the mean cosine similarity over all pairs of different tokens, which
 * is what sampling random pairs estimates (Ethayarajh 2019, How Contextual are Contextualized Word Representations?,
 * section 3.3). It is 0 for directions spread evenly. Found without going through the pairs: with x̂ = x/‖x‖, Σ over
 * pairs of x̂·ŷ is (‖Σx̂‖² − Σ‖x̂‖²)/2.
 */
public final class Anisotropy extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public Anisotropy(View view, List<Measure> measures) {
        super("anisotropy", "Mean cosine of different tokens at each point", view, measures);
    }

    /**
     * {@return the mean cosine of all pairs of different tokens; {@code [points]}, in [−1, 1]; NaN for a single token}
     */
    public Measure meanCosine() {
        return measure("mean_cosine");
    }
}
