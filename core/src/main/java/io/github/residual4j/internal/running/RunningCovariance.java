package io.github.residual4j.internal.running;

import io.github.residual4j.internal.linalg.Gram;

/** Mean and co-deviations of vectors of one width, taken in matrix by matrix; keeps width² numbers. */
public final class RunningCovariance {
    private final int width;
    private double count;
    private final double[] mean;
    private final double[] deviations; // [width × width]: Σ(x − mean)(x − mean)ᵀ

    public RunningCovariance(int width) {
        this(width, 0, new double[width], new double[width * width]);
    }

    /** One that continues from what another kept. */
    public RunningCovariance(int width, double count, double[] mean, double[] deviations) {
        this.width = width;
        this.count = count;
        this.mean = mean.clone();
        this.deviations = deviations.clone();
    }

    /** Takes in {@code rows} vectors, row by row, whose values are finite; overwrites them. */
    public void add(double[] vectors, int rows) {
        double[] bunchMean = new double[width];
        for (int i = 0; i < rows * width; i++) {
            bunchMean[i % width] += vectors[i] / rows;
        }
        for (int i = 0; i < rows * width; i++) {
            vectors[i] -= bunchMean[i % width];
        }
        Gram.addOfColumns(vectors, rows, width, deviations);
        shift(rows, bunchMean);
    }

    /** Takes in all that another took in. */
    public void add(RunningCovariance other) {
        for (int i = 0; i < deviations.length; i++) {
            deviations[i] += other.deviations[i];
        }
        shift(other.count, other.mean);
    }

    /** Accounts for a bunch whose deviations from its own mean were added. */
    private void shift(double bunchCount, double[] bunchMean) {
        if (bunchCount == 0) {
            return;
        }
        double all = count + bunchCount;
        double[] apart = new double[width];
        for (int d = 0; d < width; d++) {
            apart[d] = bunchMean[d] - mean[d];
        }
        for (int d = 0; d < width; d++) {
            for (int e = 0; e < width; e++) {
                deviations[d * width + e] += apart[d] * apart[e] * (count / all) * bunchCount;
            }
            mean[d] += apart[d] * (bunchCount / all);
        }
        count = all;
    }

    /** How many vectors there were. */
    public double count() {
        return count;
    }

    /** Their mean, {@code [width]}. */
    public double[] mean() {
        return mean.clone();
    }

    /** Σ(x − mean)(x − mean)ᵀ, {@code [width × width]}. */
    public double[] deviations() {
        return deviations.clone();
    }
}
