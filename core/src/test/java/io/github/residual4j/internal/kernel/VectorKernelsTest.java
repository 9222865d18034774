package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * SIMD adds up in float32 and plain loops in float64, so their last bits differ. Equal bits mean that a row SIMD could
 * have measured went to the plain loops, which nothing but the clock would tell otherwise.
 */
class VectorKernelsTest {
    private static final int WIDTH = 4096;

    private final Kernels vector = new VectorKernels();
    private final Kernels scalar = new ScalarKernels();
    private final float[] x = values(1, 0);
    private final float[] y = values(2, 0);
    private final float[] z = values(3, 0);

    private static float[] values(long seed, float offset) {
        Random random = new Random(seed);
        float[] values = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            values[i] = offset + (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void dotProductsOfOrdinaryRowsAreSimd() {
        assertThat(vector.dot(x, 0, y, 0, WIDTH)).isNotEqualTo(scalar.dot(x, 0, y, 0, WIDTH));

        // One array is read by itself and four together.
        for (int arrays : new int[] {2, 5}) {
            float[][] all = new float[arrays][];
            for (int n = 0; n < arrays; n++) {
                all[n] = values(10 + n, 0);
            }
            double[][] one = new double[2][arrays];
            double[][] other = new double[2][arrays];
            vector.consecutive(all, 0, 1, WIDTH, one[0], one[1], 1);
            scalar.consecutive(all, 0, 1, WIDTH, other[0], other[1], 1);
            for (int n = 0; n < arrays; n++) {
                assertThat(one[1][n]).isNotEqualTo(other[1][n]);
                if (n > 0) {
                    assertThat(one[0][n]).isNotEqualTo(other[0][n]);
                }
            }
        }
    }

    @Test
    void sumsOfUpdatesOfOrdinaryRowsAreSimd() {
        UpdateSums one = new UpdateSums(1);
        UpdateSums other = new UpdateSums(1);
        vector.updates(x, y, z, 0, 1, WIDTH, one, 0);
        scalar.updates(x, y, z, 0, 1, WIDTH, other, 0);
        assertThat(one.preSquare).isNotEqualTo(other.preSquare);
        assertThat(one.attentionSquare).isNotEqualTo(other.attentionSquare);
        assertThat(one.mlpSquare).isNotEqualTo(other.mlpSquare);
    }

    @Test
    void sumsOfOrdinaryRowsAreSimdWhereverTheirMeanLies() {
        for (float offset : new float[] {0, 1000}) {
            float[] row = values(4, offset);
            RowSums one = new RowSums(1);
            RowSums other = new RowSums(1);
            vector.sums(row, 0, 1, WIDTH, one, 0);
            scalar.sums(row, 0, 1, WIDTH, other, 0);
            assertThat(one.square).isNotEqualTo(other.square);
            assertThat(one.deviation).isNotEqualTo(other.deviation);
        }
    }

    @Test
    void rowsBeyondTheRangeOfFloatGoToPlainLoops() {
        float[] huge = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            huge[i] = 1e30f * x[i];
        }
        assertThat(vector.dot(huge, 0, huge, 0, WIDTH)).isEqualTo(scalar.dot(huge, 0, huge, 0, WIDTH));
        RowSums one = new RowSums(1);
        RowSums other = new RowSums(1);
        vector.sums(huge, 0, 1, WIDTH, one, 0);
        scalar.sums(huge, 0, 1, WIDTH, other, 0);
        assertThat(one.square).isEqualTo(other.square);
        assertThat(one.deviation).isEqualTo(other.deviation);
    }
}
