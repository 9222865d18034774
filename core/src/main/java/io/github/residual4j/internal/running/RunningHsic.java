package io.github.residual4j.internal.running;

import io.github.residual4j.internal.kernel.Kernels;
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
     * @param states {@code [points][…]}, each with the vectors one after the other from {@code from} on
     */
    public void add(Kernels kernels, float[][] states, int from, int tokens, int width) {
        if (tokens < SMALLEST_BATCH) {
            skipped++;
            return;
        }
        int pairs = Math.multiplyExact(tokens, tokens - 1) / 2;
        double[] products = new double[Math.multiplyExact(even(points), pairs)]; // of different tokens, [points][pairs]
        double[][] rowSums = new double[points][tokens]; // of the products of a token with all others
        double[] all = new double[points];
        float[] x = new float[even(tokens) * width];
        for (int p = 0; p < points; p++) {
            center(kernels, states[p], from, tokens, width, x);
            double[] gram = Gram.belowDiagonal(x, even(tokens), width);
            int to = p * pairs;
            for (int t = 0; t < tokens; t++) {
                int row = t * even(tokens);
                System.arraycopy(gram, row, products, to, t);
                to += t;
                rowSums[p][t] = -gram[row + t]; // a token's products with all, itself among them, cancel
                all[p] += rowSums[p][t];
            }
            if (!Double.isFinite(all[p])) {
                skipped++;
                return;
            }
        }
        addCriteria(Gram.belowDiagonal(products, even(points), pairs), rowSums, all, tokens);
        batches++;
    }

    /** Kernels take two rows at a time, of which the last may hold zeros. */
    private static int even(int rows) {
        return rows + rows % 2;
    }

    /** Writes states less their mean over the tokens. */
    private static void center(Kernels kernels, float[] states, int from, int tokens, int width, float[] to) {
        double[] mean = Columns.sums(kernels, states, from, width, new boolean[tokens]);
        for (int d = 0; d < width; d++) {
            mean[d] /= tokens;
        }
        for (int row = 0; row < tokens * width; row += width) {
            kernels.subtract(states, from + row, width, mean, to, row);
        }
    }

    /** @param half half of the products of the points' matrices whose diagonals are 0 */
    private void addCriteria(double[] half, double[][] rowSums, double[] all, double n) {
        for (int p = 0; p < points; p++) {
            for (int q = 0; q <= p; q++) {
                double hsic = (2 * half[p * even(points) + q]
                                + all[p] * all[q] / ((n - 1) * (n - 2))
                                - 2 / (n - 2) * product(rowSums[p], rowSums[q]))
                        / (n * (n - 3));
                sums[p * points + q] += hsic;
                if (q < p) {
                    sums[q * points + p] += hsic;
                }
            }
        }
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
