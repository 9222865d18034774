package io.github.residual4j.capture.internal.lens;

import io.github.residual4j.internal.kernel.KernelChoice;
import java.nio.FloatBuffer;

/**
 * What one row of logits says, all sums in double precision. Its arrays are used again when it reads another row, so that
 * it belongs to one thread.
 */
public final class Distribution {
    private final float[] logits;
    private final double[] exponentials; // of logit − max
    private int likeliest;
    private float max;
    private double sum;
    private double weighted; // Σ exponential · (logit − max)

    /** Of no row so far. */
    Distribution(int vocabulary) {
        logits = new float[vocabulary];
        exponentials = new double[vocabulary];
    }

    /**
     * Of one row.
     *
     * @param row {@code [vocabulary]}, from the buffer's position on
     */
    public static Distribution of(FloatBuffer row) {
        Distribution distribution = new Distribution(row.remaining());
        distribution.read(row);
        return distribution;
    }

    /** Forgets the row so far and reads another. */
    void read(FloatBuffer row) {
        row.get(logits);
        likeliest = 0;
        for (int id = above(Float.NEGATIVE_INFINITY, 0); id < logits.length; id = above(logits[id], id + 1)) {
            likeliest = id; // NaN shows in the sum
        }
        max = logits[likeliest];
        double[] sums = KernelChoice.forWork(logits.length).exponentials(logits, max, exponentials);
        sum = sums[0];
        weighted = sums[1];
    }

    /** Whether no logit is NaN or infinite. */
    public boolean isFinite() {
        return Double.isFinite(sum);
    }

    /** The id of the likeliest token; of equal ones the smallest. */
    int likeliest() {
        return likeliest;
    }

    /** A token's logit. */
    public double logit(int id) {
        return logits[id];
    }

    /** A token's probability. */
    public double probability(int id) {
        return exponentials[id] / sum;
    }

    /** A token's log-probability, in nats. */
    public double logProbability(int id) {
        return (double) logits[id] - max - Math.log(sum);
    }

    /** −Σ p log p. */
    public double entropy() {
        double entropy = Math.log(sum) - weighted / sum;
        return entropy < 0 ? 0 : entropy; // by rounding; NaN stays
    }

    /** Σ p (log p − log q) of this p and another q. */
    public double divergenceTo(Distribution other) {
        double ofOther = KernelChoice.forWork(logits.length).expectation(exponentials, other.logits) / sum;
        double divergence = weighted / sum - Math.log(sum) - (ofOther - other.max - Math.log(other.sum));
        return divergence < 0 ? 0 : divergence; // by rounding; NaN stays
    }

    /** How many tokens are likelier, and 1. */
    public int rank(int id) {
        int rank = 1;
        for (float logit : logits) {
            rank += logit > logits[id] ? 1 : 0;
        }
        return rank;
    }

    /** The ids of the likeliest tokens, the likeliest first; of equal ones the smaller id first. */
    public int[] top(int count) {
        int[] best = new int[count];
        for (int id = 0; id < count; id++) {
            insert(id, best, id);
        }
        int id = above(logits[best[count - 1]], count);
        while (id < logits.length) { // seldom more than a few hundred times
            insert(id, best, count - 1);
            id = above(logits[best[count - 1]], id + 1);
        }
        return best;
    }

    /** Puts an id before those of smaller logits, the last of which is lost. */
    private void insert(int id, int[] best, int end) {
        int at = end;
        for (; at > 0 && logits[id] > logits[best[at - 1]]; at--) {
            best[at] = best[at - 1];
        }
        best[at] = id;
    }

    /** The first id from one on whose logit is above a value; as many as there are if there is none. */
    private int above(float least, int from) {
        int id = from;
        while (id < logits.length && !(logits[id] > least)) {
            id++;
        }
        return id;
    }
}
