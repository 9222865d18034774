package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both kernels against the plain formulas in double, on lengths that fit no vector. */
@Tag("both-kernels")
class TwinKernelsTest {
    private static final int ROWS = 3;

    static Stream<Arguments> cases() {
        return KernelValues.both()
                .flatMap(kernels -> Stream.of(0, 1, 13, 207, 702, 4098)
                        .flatMap(width -> Stream.of(0, 5)
                                .flatMap(from -> KernelValues.KINDS.stream()
                                        .map(kind -> Arguments.of(kernels, width, from, kind)))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sumsAgreeWithTheirFormulas(Kernels kernels, int width, int from, String kind) {
        int count = from + ROWS * width + 7;
        float[] x = KernelValues.of(count, kind, 1);
        float[] y = KernelValues.of(count, kind, 2);
        float[] z = KernelValues.of(count, kind, 3);
        UpdateSums updates = new UpdateSums(ROWS + 1);
        kernels.updates(x, y, z, from, ROWS, width, updates, 1);
        RowSums sums = new RowSums(ROWS + 1);
        kernels.sums(x, from, ROWS, width, sums, 1);

        for (int row = 0; row < ROWS; row++) {
            float[] a = Arrays.copyOfRange(x, from + row * width, from + (row + 1) * width);
            float[] b = Arrays.copyOfRange(y, from + row * width, from + (row + 1) * width);
            float[] c = Arrays.copyOfRange(z, from + row * width, from + (row + 1) * width);
            double[] e = new double[9]; // Σab, -, Σau, Σu², Σa, Σa², Σ|a|, Σav, Σv² with u = b − a, v = c − b
            double absoluteDot = 0;
            double absoluteUpdateDot = 0;
            double absoluteLaterDot = 0;
            float min = Float.POSITIVE_INFINITY;
            float max = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < width; i++) {
                double u = (double) b[i] - a[i];
                double v = (double) c[i] - b[i];
                e[0] += (double) a[i] * b[i];
                e[2] += a[i] * u;
                e[3] += u * u;
                e[4] += a[i];
                e[5] += (double) a[i] * a[i];
                e[6] += Math.abs(a[i]);
                absoluteDot += Math.abs((double) a[i] * b[i]);
                absoluteUpdateDot += Math.abs(a[i] * u);
                absoluteLaterDot += Math.abs(a[i] * v);
                e[7] += a[i] * v;
                e[8] += v * v;
                min = Math.min(min, a[i]);
                max = Math.max(max, a[i]);
            }
            double deviation = 0;
            for (int i = 0; i < width; i++) {
                deviation += (a[i] - e[4] / width) * (a[i] - e[4] / width);
            }
            assertSame(updates.preAttention[1 + row], e[2], absoluteUpdateDot);
            assertSame(updates.attentionSquare[1 + row], e[3], e[3]);
            assertSame(updates.preMlp[1 + row], e[7], absoluteLaterDot);
            assertSame(updates.mlpSquare[1 + row], e[8], e[8]);
            assertSame(updates.preSquare[1 + row], e[5], e[5]);
            assertSame(sums.sum[1 + row], e[4], e[6]);
            assertSame(sums.square[1 + row], e[5], e[5]);
            assertSame(sums.abs[1 + row], e[6], e[6]);
            assertSame(sums.deviation[1 + row], deviation, deviation);
            assertThat((Double) sums.min[1 + row]).isEqualTo(Double.valueOf(min));
            assertThat((Double) sums.max[1 + row]).isEqualTo(Double.valueOf(max));
            assertSame(kernels.dot(x, from + row * width, y, from + row * width, width), e[0], absoluteDot);
        }
        assertThat(updates.preSquare[0] + updates.preMlp[0] + sums.sum[0]).isZero();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void dimensionsAgreeWithTheirFormulas(Kernels kernels, int width, int from, String kind) {
        float[] x = KernelValues.of(from + width + 7, kind, 1);
        double[] mean = new Random(2).doubles(width).toArray();
        double[] sums = new Random(3).doubles(width).toArray();
        double[] squares = sums.clone();
        double[] magnitudes = sums.clone();
        double[] before = sums.clone();
        float[] apart = new float[3 + width];
        kernels.addTo(x, from, width, sums);
        kernels.addSpread(x, from, width, mean, squares, magnitudes);
        kernels.subtract(x, from, width, mean, apart, 3);
        for (int d = 0; d < width; d++) {
            double value = x[from + d];
            assertThat((Double) sums[d]).isEqualTo((Double) (before[d] + value));
            assertThat((Double) squares[d]).isEqualTo((Double) (before[d] + (value - mean[d]) * (value - mean[d])));
            assertThat((Double) magnitudes[d]).isEqualTo((Double) (before[d] + Math.abs(value)));
            assertThat((Float) apart[3 + d]).isEqualTo((Float) (float) (value - mean[d]));
        }
        assertThat(apart).startsWith(0, 0, 0);
    }

    /** Relative to the size of what was added up. */
    private static void assertSame(double actual, double expected, double size) {
        if (Double.isFinite(expected)) {
            assertThat(actual).isCloseTo(expected, within(2e-6 * size));
        } else {
            assertThat((Double) actual).isEqualTo((Double) expected);
        }
    }
}
