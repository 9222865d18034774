package io.github.residual4j.capture.internal.run;

import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * How a model reads tokens out of its stream: the final norm and the unembedding, as the weights say. Immutable.
 *
 * <p>The final norm is (x − mean) / √(variance + epsilon) · gain + bias, or, for a root mean square norm, x / √(mean of x²
 * + epsilon) · gain. The logits are the product of what it gives with the unembedding, and its bias if it has one.
 */
public final class Readout {
    private final boolean rms;
    private final double epsilon;
    private final FloatBuffer gain; // [width]
    private final Optional<FloatBuffer> bias; // [width]
    private final FloatBuffer unembedding; // [vocabulary × width], or the other way round
    private final boolean byToken;
    private final Optional<FloatBuffer> unembeddingBias; // [vocabulary]

    /**
     * @param rms whether the final norm is a root mean square norm
     * @param epsilon what it adds to the variance
     * @param gain {@code [width]}
     * @param bias {@code [width]}, if it has one
     * @param unembedding {@code [vocabulary, width]} row by row, or {@code [width, vocabulary]}
     * @param byToken whether a row of the unembedding belongs to a token
     * @param unembeddingBias {@code [vocabulary]}, if it has one
     */
    public Readout(
            boolean rms,
            double epsilon,
            FloatBuffer gain,
            Optional<FloatBuffer> bias,
            FloatBuffer unembedding,
            boolean byToken,
            Optional<FloatBuffer> unembeddingBias) {
        this.rms = rms;
        this.epsilon = epsilon;
        this.gain = gain;
        this.bias = bias;
        this.unembedding = unembedding;
        this.byToken = byToken;
        this.unembeddingBias = unembeddingBias;
    }

    /** The dimensions of the stream. */
    public int width() {
        return gain.remaining();
    }

    /** How many tokens it scores. */
    public int vocabulary() {
        return unembedding.remaining() / width();
    }

    /** What the final norm divides a state by. */
    public double scale(float[] state) {
        double mean = mean(state);
        double variance = 0;
        for (float x : state) {
            variance += (x - mean) * (x - mean) / state.length;
        }
        return Math.sqrt(variance + epsilon);
    }

    /** A state's mean, as far as the final norm takes it away. */
    public double mean(float[] state) {
        double mean = 0;
        for (float x : state) {
            mean += rms ? 0 : x / (double) state.length;
        }
        return mean;
    }

    /** What the final norm makes of a state, {@code [width]}. */
    public double[] normalize(float[] state) {
        double mean = mean(state);
        double scale = scale(state);
        double[] normalized = new double[state.length];
        for (int d = 0; d < state.length; d++) {
            normalized[d] = (state[d] - mean) / scale * gain.get(d) + bias(d);
        }
        return normalized;
    }

    /** Whether the final norm takes a state's mean away. */
    public boolean isCentered() {
        return !rms;
    }

    /** The weight of a dimension in the final norm. */
    public double gain(int dimension) {
        return gain.get(dimension);
    }

    /** What the final norm adds to a dimension. */
    public double bias(int dimension) {
        return bias.isPresent() ? bias.get().get(dimension) : 0;
    }

    /** How much a dimension of the final state adds to a token's logit. */
    public double unembedding(int token, int dimension) {
        return unembedding.get(byToken ? token * width() + dimension : dimension * vocabulary() + token);
    }

    /** What every text adds to a token's logit. */
    public double unembeddingBias(int token) {
        return unembeddingBias.isPresent() ? unembeddingBias.get().get(token) : 0;
    }

    /** Whether any logit has a bias. */
    public boolean hasUnembeddingBias() {
        return unembeddingBias.isPresent();
    }

    /** A token's logit for a state that was normalized. */
    public double logit(double[] normalized, int token) {
        double logit = unembeddingBias(token);
        for (int d = 0; d < normalized.length; d++) {
            logit += normalized[d] * unembedding(token, d);
        }
        return logit;
    }
}
