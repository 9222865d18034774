package io.github.residual4j.capture.internal.lens;

import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.internal.kernel.KernelChoice;
import io.github.residual4j.internal.kernel.Parallel;
import java.nio.FloatBuffer;

/** Log-probabilities of tokens, in nats, where nothing else of their rows of logits is told. */
public final class LogProbabilities {
    /** How many rows one thread takes at a time. */
    private static final int BAND = 16;

    private LogProbabilities() {}

    /**
     * Those of a token after each of some states.
     *
     * @param context the longest text of the model
     * @param states last states of the stream, {@code [states × width]}
     * @param next the token after each
     */
    public static double[] ofStates(
            StreamModel model, int context, float[] states, int width, int[] next, Cancellation cancellation) {
        Unembedder unembedder = Unembedder.of(model, context, cancellation);
        double[] found = new double[next.length];
        for (int first = 0; first < found.length; first += unembedder.most()) {
            int begin = first;
            int count = Math.min(unembedder.most(), found.length - first);
            FloatTensor some = FloatTensor.of(FloatBuffer.wrap(states, begin * width, count * width), 1, count, width);
            unembedder.logits(some, logits -> read(logits, count, next, begin, found));
        }
        return found;
    }

    /**
     * Those of some rows.
     *
     * @param logits {@code [rows, vocabulary]}
     * @param next the token of each row, that of the first at {@code from}
     * @param found gets them, at the same places
     */
    public static void read(FloatBuffer logits, int rows, int[] next, int from, double[] found) {
        int vocabulary = logits.remaining() / rows;
        Parallel.forEach((rows + BAND - 1) / BAND, logits.remaining(), band -> {
            float[] row = new float[vocabulary];
            for (int r = band * BAND; r < Math.min(rows, (band + 1) * BAND); r++) {
                logits.slice(r * vocabulary, vocabulary).get(row);
                found[from + r] =
                        row[next[from + r]] - KernelChoice.forWork(vocabulary).logSumExp(row);
            }
        });
    }
}
