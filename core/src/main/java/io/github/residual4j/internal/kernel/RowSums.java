package io.github.residual4j.internal.kernel;

/** What {@link Kernels#sums} finds about each row: an array for each question, one place for each row. */
public final class RowSums {
    /** Σ x. */
    public final double[] sum;

    /** Σ x². */
    public final double[] square;

    /** Σ |x|. */
    public final double[] abs;

    /** Σ (x − the row's mean)². */
    public final double[] deviation;

    /** The smallest value, or NaN if there is one. */
    public final double[] min;

    /** The largest value, or NaN if there is one. */
    public final double[] max;

    public RowSums(int rows) {
        sum = new double[rows];
        square = new double[rows];
        abs = new double[rows];
        deviation = new double[rows];
        min = new double[rows];
        max = new double[rows];
    }
}
