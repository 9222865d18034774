package io.github.residual4j.internal.linalg;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/** Singular values of a dense matrix. */
public final class SingularValues {
    private SingularValues() {}

    /**
     * The singular values, the largest first; all NaN if a value of the matrix is not finite.
     *
     * @param matrix {@code rows × columns} values row by row, which this may overwrite
     */
    public static double[] of(double[] matrix, int rows, int columns) {
        double[] values = new double[Math.min(rows, columns)];
        if (!Arrays.stream(matrix).allMatch(Double::isFinite)) {
            Arrays.fill(values, Double.NaN);
            return values;
        }
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(rows, columns, false, false, true);
        if (!svd.decompose(DMatrixRMaj.wrap(rows, columns, matrix))) {
            throw new IllegalArgumentException(
                    "A singular value decomposition of " + rows + " × " + columns + " finite values failed");
        }
        double[] unsorted = Arrays.copyOf(svd.getSingularValues(), values.length);
        Arrays.sort(unsorted);
        for (int i = 0; i < values.length; i++) {
            values[i] = unsorted[values.length - 1 - i];
        }
        return values;
    }
}
