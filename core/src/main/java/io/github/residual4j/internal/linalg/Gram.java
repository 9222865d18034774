package io.github.residual4j.internal.linalg;

import io.github.residual4j.internal.kernel.KernelChoice;
import io.github.residual4j.internal.kernel.Kernels;
import io.github.residual4j.internal.kernel.Parallel;

/** Products of a matrix with its own transpose. */
public final class Gram {
    /** Rows that one thread takes at a time. */
    private static final int BAND = 32;

    private Gram() {}

    /** X Xᵀ for {@code rows × columns} values row by row: {@code [rows][rows]} row by row. */
    public static double[] ofRows(double[] matrix, int rows, int columns) {
        double[] product = belowDiagonal(matrix, rows, columns);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < row; column++) {
                product[column * rows + row] = product[row * rows + column];
            }
        }
        return product;
    }

    /** {@link #ofRows} below and on its diagonal, with 0 above it. */
    public static double[] belowDiagonal(double[] matrix, int rows, int columns) {
        double[] product = new double[rows * rows];
        long work = (long) rows * rows / 2 * columns;
        Kernels kernels = KernelChoice.forWork(work);
        Parallel.forEach((rows + BAND - 1) / BAND, work, band -> {
            int first = band * BAND;
            kernels.another().addProducts(matrix, rows, columns, first, Math.min(rows, first + BAND), product);
        });
        return product;
    }

    /** Adds XᵀX for {@code rows × columns} values row by row to {@code columns × columns} sums. */
    public static void addOfColumns(double[] matrix, int rows, int columns, double[] sums) {
        double[] transposed = new double[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = matrix[row * columns + column];
            }
        }
        double[] product = ofRows(transposed, columns, rows);
        for (int i = 0; i < product.length; i++) {
            sums[i] += product[i];
        }
    }
}
