package io.github.residual4j.internal.linalg;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Products of a matrix with its own transpose. */
public final class Gram {
    private Gram() {}

    /** X Xᵀ for {@code rows × columns} values row by row: {@code [rows][rows]} row by row. */
    public static double[] ofRows(double[] matrix, int rows, int columns) {
        DMatrixRMaj x = DMatrixRMaj.wrap(rows, columns, matrix);
        DMatrixRMaj product = new DMatrixRMaj(rows, rows);
        CommonOps_DDRM.multTransB(x, x, product);
        return product.data;
    }

    /** Adds XᵀX for {@code rows × columns} values row by row to {@code columns × columns} sums. */
    public static void addOfColumns(double[] matrix, int rows, int columns, double[] sums) {
        DMatrixRMaj x = DMatrixRMaj.wrap(rows, columns, matrix);
        CommonOps_DDRM.multAddTransA(x, x, DMatrixRMaj.wrap(columns, columns, sums));
    }
}
