package io.github.residual4j.analysis;

import java.util.List;

/**
 * Cosine similarity between each point of the stream and the next, for every token: {@code [points-1, tokens]},
 * in [−1, 1]; 0 where a vector is zero, NaN where a value is.
 */
public final class CosineBetweenLayers {
    private final List<String> transitions;
    private final List<String> tokens;
    private final double[][] values;

    public CosineBetweenLayers(List<String> transitions, List<String> tokens, double[][] values) {
        this.transitions = List.copyOf(transitions);
        this.tokens = List.copyOf(tokens);
        this.values = Matrices.copy(values);
    }

    /** A label for each row, such as {@code embed → blocks.0.resid_mid}. */
    public List<String> transitions() {
        return transitions;
    }

    /** A label for each token. */
    public List<String> tokens() {
        return tokens;
    }

    /** The similarity of points {@code transition} and {@code transition + 1} at a token. */
    public double value(int transition, int token) {
        return values[transition][token];
    }

    /** A copy of all values, {@code [transitions][tokens]}. */
    public double[][] toArray() {
        return Matrices.copy(values);
    }
}
