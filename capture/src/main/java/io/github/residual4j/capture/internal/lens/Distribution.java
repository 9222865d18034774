package io.github.residual4j.capture.internal.lens;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * What one row of logits says. Made of a row in one go through it and one over its exponentials, all sums in double
 * precision.
 */
public final class Distribution {
    private final float[] logits;
    private final double[] exponentials; // of logit − max
    private final double max;
    private final double sum;

    /** @param row {@code [vocabulary]}, from the buffer's position on */
    public Distribution(FloatBuffer row) {
        logits = new float[row.remaining()];
        row.get(logits);
        float largest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit); // NaN stays
        }
        max = largest;
        exponentials = new double[logits.length];
        double total = 0;
        for (int id = 0; id < logits.length; id++) {
            double e = Math.exp(logits[id] - max);
            exponentials[id] = e;
            total += e;
        }
        sum = total;
    }

    /** Whether no logit is NaN or infinite. */
    public boolean isFinite() {
        return Double.isFinite(sum);
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
        return logits[id] - max - Math.log(sum);
    }

    /** −Σ p log p. */
    public double entropy() {
        double weighted = 0;
        for (int id = 0; id < logits.length; id++) {
            weighted += exponentials[id] == 0 ? 0 : exponentials[id] * (logits[id] - max);
        }
        return Math.max(0, Math.log(sum) - weighted / sum) + 0 * sum; // NaN stays
    }

    /** Σ p (log p − log q) of this p and another q. */
    public double divergenceTo(Distribution other) {
        double apart = 0;
        for (int id = 0; id < logits.length; id++) {
            apart += exponentials[id] == 0 ? 0 : exponentials[id] * ((double) logits[id] - other.logits[id]);
        }
        double normalizers = other.max + Math.log(other.sum) - max - Math.log(sum);
        double divergence = apart / sum + normalizers;
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
        Arrays.fill(best, -1);
        int filled = 0;
        for (int id = 0; id < logits.length; id++) {
            if (filled == count && !(logits[id] > logits[best[count - 1]])) {
                continue;
            }
            int at = filled < count ? filled++ : count - 1;
            while (at > 0 && logits[id] > logits[best[at - 1]]) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = id;
        }
        return best;
    }
}
