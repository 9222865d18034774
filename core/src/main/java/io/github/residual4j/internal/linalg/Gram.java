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
        Kernels kernels = KernelChoice.forWork(work(rows, columns));
        inBands(
                rows,
                columns,
                (first, end) -> kernels.another().addProducts(matrix, rows, columns, first, end, product));
        return product;
    }

    /**
     * X Xᵀ of float32 values below and on its diagonal, with 0 above it. The products of rows whose squares a float cannot
     * hold, or not precisely, are those of doubles.
     */
    public static double[] belowDiagonal(float[] matrix, int rows, int columns) {
        double[] product = new double[rows * rows];
        Kernels kernels = KernelChoice.forWork(work(rows, columns));
        inBands(
                rows,
                columns,
                (first, end) -> kernels.another().addProducts(matrix, rows, columns, first, end, product));
        for (int row = 0; row < rows; row++) {
            if (!Kernels.isSafe(product[row * rows + row]) && !isZero(matrix, row * columns, columns)) {
                redo(kernels, matrix, rows, columns, row, product);
            }
        }
        return product;
    }

    private interface Band {
        void multiply(int first, int end);
    }

    private static void inBands(int rows, int columns, Band each) {
        Parallel.forEach((rows + BAND - 1) / BAND, work(rows, columns), band -> {
            int first = band * BAND;
            each.multiply(first, Math.min(rows, first + BAND));
        });
    }

    /** How many values the products go through. */
    private static long work(int rows, int columns) {
        return (long) rows * rows / 2 * columns;
    }

    private static boolean isZero(float[] matrix, int from, int columns) {
        for (int i = from; i < from + columns; i++) {
            if (matrix[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Multiplies a row with all others again. */
    private static void redo(Kernels kernels, float[] x, int rows, int columns, int row, double[] product) {
        for (int other = 0; other < rows; other++) {
            int at = Math.max(row, other) * rows + Math.min(row, other);
            product[at] = kernels.dot(x, row * columns, x, other * columns, columns);
        }
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
