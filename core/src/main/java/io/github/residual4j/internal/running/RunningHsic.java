package io.github.residual4j.internal.running;

import io.github.residual4j.internal.linalg.Gram;

/**
 * Linear CKA between points from one batch of vectors at a time, with points² numbers kept: the sums over batches of the
 * unbiased Hilbert-Schmidt independence criterion of every pair (Nguyen, Raghu and Kornblith 2021, Do Wide and Deep
 * Networks Learn the Same Things?, section 3; the estimator is Song et al. 2012, formula 5).
 */
public final class RunningHsic {
    private static final int SMALLEST_BATCH = 4;

    private final int points;
    private final double[] sums; // [points × points]
    private long batches;
    private long skipped;

    public RunningHsic(int points) {
        this(points, new double[points * points], 0, 0);
    }

    /** One that continues from what another kept. */
    public RunningHsic(int points, double[] sums, long batches, long skipped) {
        this.points = points;
        this.sums = sums.clone();
        this.batches = batches;
        this.skipped = skipped;
    }

    /**
     * Takes in a batch. One of fewer than 4 vectors, or with values that are not finite, is only counted as skipped.
     *
     * @param states {@code [points][tokens * width]}, each less its mean over the tokens
     */
    public void add(double[][] states, int tokens, int width) {
        if (tokens < SMALLEST_BATCH || !areFinite(states)) {
            skipped++;
            return;
        }
        double[][] gram = new double[points][];
        double[][] rowSums = new double[points][tokens];
        double[] all = new double[points];
        for (int p = 0; p < points; p++) {
            gram[p] = Gram.ofRows(states[p], tokens, width);
            for (int t = 0; t < tokens; t++) {
                gram[p][t * tokens + t] = 0;
                for (int u = 0; u < tokens; u++) {
                    rowSums[p][t] += gram[p][t * tokens + u];
                }
                all[p] += rowSums[p][t];
            }
        }
        double n = tokens;
        for (int p = 0; p < points; p++) {
            for (int q = 0; q <= p; q++) {
                double hsic = (2 * productBelowDiagonal(gram[p], gram[q], tokens)
                                + all[p] * all[q] / ((n - 1) * (n - 2))
                                - 2 / (n - 2) * product(rowSums[p], rowSums[q]))
                        / (n * (n - 3));
                sums[p * points + q] += hsic;
                if (q < p) {
                    sums[q * points + p] += hsic;
                }
            }
        }
        batches++;
    }

    private static boolean areFinite(double[][] states) {
        for (double[] state : states) {
            for (double value : state) {
                if (!Double.isFinite(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Half of the product of two symmetric matrices whose diagonals are 0. */
    private static double productBelowDiagonal(double[] a, double[] b, int n) {
        double sum = 0;
        for (int row = 1; row < n; row++) {
            double ofRow = 0;
            for (int i = row * n; i < row * n + row; i++) {
                ofRow += a[i] * b[i];
            }
            sum += ofRow;
        }
        return sum;
    }

    private static double product(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Takes in all that another took in. */
    public void add(RunningHsic other) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.sums[i];
        }
        batches += other.batches;
        skipped += other.skipped;
    }

    /** CKA of every pair, {@code [points][points]}; an unbiased estimate, so that it may pass 0 and 1 by a little. */
    public double[][] cka() {
        double[][] cka = new double[points][points];
        for (int p = 0; p < points; p++) {
            for (int q = 0; q < points; q++) {
                cka[p][q] = sums[p * points + q] / Math.sqrt(sums[p * points + p]) / Math.sqrt(sums[q * points + q]);
            }
        }
        return cka;
    }

    /** The sums over batches, {@code [points × points]}. */
    public double[] sums() {
        return sums.clone();
    }

    /** How many batches went in. */
    public long batches() {
        return batches;
    }

    /** How many batches were too short or not finite. */
    public long skipped() {
        return skipped;
    }
}
