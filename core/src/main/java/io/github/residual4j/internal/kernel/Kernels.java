package io.github.residual4j.internal.kernel;

/**
 * Sums over rows of float32 values that lie one after the other in an array. Sums are exact to float rounding within a
 * row, products of rows to that of the product of their norms; a row whose sums leave float's range is summed in double.
 * NaN and infinities are carried as IEEE says. The same values give the same bits every time.
 *
 * <p>A block of rows begins at value {@code from} and holds {@code rows × width} values; its results go to the places
 * {@code to}, {@code to + 1}, … of the arrays given for them. One instance must not be used by two threads at once.
 */
public interface Kernels {
    /** {@code vector} or {@code scalar}. */
    String name();

    /** Kernels of the same kind, for another thread. */
    Kernels another();

    /** Σ x·y of two runs of values. */
    double dot(float[] x, int xFrom, float[] y, int yFrom, int length);

    /**
     * For each row of arrays alike in shape: Σ x² of each array, and Σ w·x of each but the first with the array before
     * it. The sums of array {@code n} go to the places {@code n * stride}, {@code n * stride + 1}, …; the first's dots
     * mean nothing.
     */
    void consecutive(float[][] x, int from, int rows, int width, double[] dot, double[] square, int stride);

    /** For each row of the three states of a block: squares of the updates and their products with the first state. */
    void updates(float[] pre, float[] mid, float[] post, int from, int rows, int width, UpdateSums sums, int to);

    /** For each row: sum, squares, absolute values, deviations from the row's mean, and extremes. */
    void sums(float[] x, int from, int rows, int width, RowSums sums, int to);

    /**
     * Adds Σ x·y of rows of double values to a matrix of sums, for each row from {@code first} to {@code end} with itself
     * and every row before it: the matrix below and on its diagonal.
     *
     * @param x {@code rows × length} values row by row
     * @param sums {@code rows × rows}
     */
    void addProducts(double[] x, int rows, int length, int first, int end, double[] sums);
}
