package io.github.residual4j.analysis;

import java.util.List;

/**
 * Linear centered kernel alignment of every point with every other over the tokens of the view: ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖)
 * in the Frobenius norm, with columns of mean zero (Kornblith et al.&nbsp;2019, Similarity of Neural Network
 * Representations Revisited, section 3). In double.
 */
public final class PointSimilarity extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public PointSimilarity(View view, List<Measure> measures) {
        super("cka", "Linear CKA between all points", view, measures);
    }

    /**
     * {@return the linear CKA of every pair of points; {@code [points, points]}, from 0 to 1, symmetric; NaN where a
     * point does not vary over tokens}
     */
    public Measure cka() {
        return measure("cka");
    }
}
