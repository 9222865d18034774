package io.github.residual4j.internal.linalg;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix whose values are finite, the largest eigenvalue first.
 *
 * @param values {@code [n]}
 * @param vectors {@code [n][n]}, a vector of unit length for each value
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record SymmetricEigen(double[] values, double[][] vectors) {
    /** Decomposes a symmetric {@code [n][n]} matrix. */
    public static SymmetricEigen of(double[][] matrix) {
        int n = matrix.length;
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, true, true);
        if (!eigen.decompose(new DMatrixRMaj(matrix))) {
            throw new IllegalArgumentException("An eigen decomposition of " + n + " × " + n + " finite values failed");
        }
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(
                        (Integer i) -> -eigen.getEigenvalue(i).getReal()))
                .mapToInt(i -> i)
                .toArray();
        double[] values = new double[n];
        double[][] vectors = new double[n][];
        for (int i = 0; i < n; i++) {
            values[i] = eigen.getEigenvalue(order[i]).getReal();
            vectors[i] = eigen.getEigenVector(order[i]).getData().clone();
        }
        return new SymmetricEigen(values, vectors);
    }
}
