package io.github.residual4j.analysis;

import java.util.List;

/**
 * Cosine similarity between each point of the stream and the next, for every token: {@code [points-1, tokens]},
 * in [−1, 1]; 0 where a vector is zero, NaN where a value is.
 */
public final class CosineBetweenConsecutivePoints extends AnalysisResult {
    /**
     * @param view what of the session was looked at
     * @param transitions a label for each step
     * @param tokens a label for each token
     * @param values {@code [transitions][tokens]}
     */
    public CosineBetweenConsecutivePoints(View view, List<String> transitions, List<String> tokens, double[][] values) {
        super(
                "cosine_consecutive",
                "Cosine between consecutive points",
                view,
                List.of(Measure.of(
                        "cosine_consecutive",
                        "",
                        new Axis("transition", transitions),
                        new Axis("token", tokens),
                        values)));
    }

    /** {@return a label for each row, such as {@code embed → blocks.0.resid_mid}} */
    public List<String> transitions() {
        return cosine().axes().get(0).labels();
    }

    /** {@return a label for each token} */
    public List<String> tokens() {
        return cosine().axes().get(1).labels();
    }

    /**
     * {@return the similarity of points {@code transition} and {@code transition + 1} at a token}
     *
     * @param transition the step, counted from 0
     * @param token the token's index in the view, counted from 0
     */
    public double value(int transition, int token) {
        return cosine().value(transition, token);
    }

    /** {@return a copy of all values, {@code [transitions][tokens]}} */
    public double[][] toArray() {
        return cosine().toMatrix();
    }

    private Measure cosine() {
        return measures().get(0);
    }
}
