package io.github.residual4j.capture.internal.lens;

import io.github.residual4j.capture.internal.run.OutputProjection;
import io.github.residual4j.capture.internal.run.Readout;
import java.nio.FloatBuffer;
import java.util.OptionalInt;

/**
 * What values add to the logit of a token, or to the difference of two: ((c − mean c) / σ ⊙ γ) · (W[a] − W[b]), with the
 * scale σ of the run itself, in double precision. As a product: c · v / σ, where v is γ ⊙ (W[a] − W[b]) less its mean.
 */
public final class Ledger {
    private final Readout readout;
    private final double[] apart; // W[a] − W[b]
    private final double[] direction; // v
    private final double unembeddingBias;

    /**
     * @param answer the token whose logit it is
     * @param wrong the one whose logit is taken away, if any
     */
    public Ledger(Readout readout, int answer, OptionalInt wrong) {
        this.readout = readout;
        int width = readout.width();
        apart = new double[width];
        direction = new double[width];
        double mean = 0;
        for (int d = 0; d < width; d++) {
            apart[d] =
                    readout.unembedding(answer, d) - (wrong.isPresent() ? readout.unembedding(wrong.getAsInt(), d) : 0);
            direction[d] = readout.gain(d) * apart[d];
            mean += direction[d] / width;
        }
        for (int d = 0; d < width && readout.isCentered(); d++) {
            direction[d] -= mean;
        }
        unembeddingBias =
                readout.unembeddingBias(answer) - (wrong.isPresent() ? readout.unembeddingBias(wrong.getAsInt()) : 0);
    }

    /** What a value of the stream's width adds, times σ. */
    public double of(FloatBuffer values, int from) {
        double sum = 0;
        for (int d = 0; d < direction.length; d++) {
            sum += values.get(from + d) * direction[d];
        }
        return sum;
    }

    /** What a value of 1 of each head's dimension or each neuron adds, times σ: {@code [in]}. */
    public double[] through(OutputProjection projection) {
        int width = direction.length;
        double[] through = new double[projection.weight().remaining() / width];
        for (int in = 0; in < through.length; in++) {
            through[in] = of(projection.weight(), in * width);
        }
        return through;
    }

    /** What the final norm's bias adds. */
    public double normBias() {
        double sum = 0;
        for (int d = 0; d < apart.length; d++) {
            sum += readout.bias(d) * apart[d];
        }
        return sum;
    }

    /** What the unembedding's bias adds. */
    public double unembeddingBias() {
        return unembeddingBias;
    }

    /** Whether the unembedding has a bias. */
    public boolean hasUnembeddingBias() {
        return readout.hasUnembeddingBias();
    }

    /** What the final norm divides a state by. */
    public double scale(FloatBuffer states, int from) {
        float[] state = new float[direction.length];
        states.get(from, state);
        return readout.scale(state);
    }
}
