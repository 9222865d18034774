package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lanes add up in float32 and rows that are redone in float64, so their last bits differ. Equal bits mean that an ordinary
 * row was redone, which nothing but the clock would tell otherwise.
 */
@Tag("both-kernels")
class RedoneRowsTest {
    private static final int WIDTH = 4096;

    private final float[] x = KernelValues.of(WIDTH, "normal", 1);
    private final float[] y = KernelValues.of(WIDTH, "normal", 2);
    private final float[] z = KernelValues.of(WIDTH, "normal", 3);

    @ParameterizedTest
    @MethodSource("io.github.residual4j.internal.kernel.KernelValues#both")
    void dotProductsOfOrdinaryRowsAreNotRedone(Kernels kernels) {
        assertThat(kernels.dot(x, 0, y, 0, WIDTH)).isNotEqualTo(DoubleSums.dot(x, 0, y, 0, WIDTH));

        // One array is read by itself and four together.
        for (int arrays : new int[] {2, 5}) {
            float[][] all = new float[arrays][];
            for (int n = 0; n < arrays; n++) {
                all[n] = KernelValues.of(WIDTH, "normal", 10 + n);
            }
            double[][] one = new double[2][arrays];
            double[][] other = new double[2][arrays];
            kernels.consecutive(all, 0, 1, WIDTH, one[0], one[1], 1);
            for (int n = 0; n < arrays; n++) {
                DoubleSums.dotAndSquare(all[Math.max(0, n - 1)], all[n], 0, WIDTH, other[0], other[1], n);
                assertThat(one[1][n]).isNotEqualTo(other[1][n]);
                if (n > 0) {
                    assertThat(one[0][n]).isNotEqualTo(other[0][n]);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.residual4j.internal.kernel.KernelValues#both")
    void sumsOfUpdatesOfOrdinaryRowsAreNotRedone(Kernels kernels) {
        UpdateSums one = new UpdateSums(1);
        UpdateSums other = new UpdateSums(1);
        kernels.updates(x, y, z, 0, 1, WIDTH, one, 0);
        DoubleSums.updates(x, y, z, 0, WIDTH, other, 0);
        assertThat(one.preSquare).isNotEqualTo(other.preSquare);
        assertThat(one.attentionSquare).isNotEqualTo(other.attentionSquare);
        assertThat(one.mlpSquare).isNotEqualTo(other.mlpSquare);
    }

    @ParameterizedTest
    @MethodSource("io.github.residual4j.internal.kernel.KernelValues#both")
    void sumsOfOrdinaryRowsAreNotRedoneWhereverTheirMeanLies(Kernels kernels) {
        for (float offset : new float[] {0, 1000}) {
            float[] row = KernelValues.of(WIDTH, "normal", 4);
            for (int i = 0; i < WIDTH; i++) {
                row[i] += offset;
            }
            RowSums one = new RowSums(1);
            RowSums other = new RowSums(1);
            kernels.sums(row, 0, 1, WIDTH, one, 0);
            DoubleSums.sums(row, 0, WIDTH, other, 0);
            assertThat(one.square).isNotEqualTo(other.square);
            assertThat(one.deviation).isNotEqualTo(other.deviation);
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.residual4j.internal.kernel.KernelValues#both")
    void rowsBeyondTheRangeOfFloatAreRedone(Kernels kernels) {
        float[] huge = KernelValues.of(WIDTH, "huge", 1);
        assertThat(kernels.dot(huge, 0, huge, 0, WIDTH)).isEqualTo(DoubleSums.dot(huge, 0, huge, 0, WIDTH));
        RowSums one = new RowSums(1);
        RowSums other = new RowSums(1);
        kernels.sums(huge, 0, 1, WIDTH, one, 0);
        DoubleSums.sums(huge, 0, WIDTH, other, 0);
        assertThat(one.square).isEqualTo(other.square);
        assertThat(one.deviation).isEqualTo(other.deviation);
    }
}
