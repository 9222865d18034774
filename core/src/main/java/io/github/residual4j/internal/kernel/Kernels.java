package io.github.residual4j.internal.kernel;

/**
 * Sums over rows of float32 values that lie one after the other in an array. Sums are exact to float rounding within a
 * row; a row whose sums leave float's range is summed in double. NaN and infinities are carried as IEEE says.
 *
 * <p>A block of rows begins at value {@code from} and holds {@code rows × width} values; its results go to the places
 * {@code to}, {@code to + 1}, … of the arrays given for them.
 */
public interface Kernels {
    /** {@code vector} or {@code scalar}. */
    String name();

    /** Σ x·y of two runs of values. */
    double dot(float[] x, int xFrom, float[] y, int yFrom, int length);

    /** For each row of two arrays alike in shape: Σ x·y and Σ y². */
    void dotAndSquare(float[] x, float[] y, int from, int rows, int width, double[] dot, double[] squareOfY, int to);

    /** For each row of three arrays alike in shape: Σ x·y, Σ y², Σ y·z and Σ z². */
    void twoDotsAndSquares(
            float[] x,
            float[] y,
            float[] z,
            int from,
            int rows,
            int width,
            double[][] dots,
            double[][] squares,
            int to);

    /** For each row of the three states of a block: squares of the updates and their products with the first state. */
    void updates(float[] pre, float[] mid, float[] post, int from, int rows, int width, UpdateSums sums, int to);

    /** For each row: sum, squares, absolute values, deviations from the row's mean, and extremes. */
    void sums(float[] x, int from, int rows, int width, RowSums sums, int to);
}
