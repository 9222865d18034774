package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both kernels' squares and dots of neighbouring arrays against the plain formulas in double. */
@Tag("both-kernels")
class ConsecutiveKernelTest {
    private static final int ROWS = 3;
    private static final int FROM = 5;

    /** Magnitudes of neighbouring arrays; the products of many lie where float has few digits or none. */
    private static final double[][] SCALES = {
        {1},
        {1, 3},
        {1, 2, 3, 1, 2, 3, 1, 2, 3},
        {1e-35, 1e-5, 1e-35, 1e-5, 1e-35, 1e-5, 1e-35, 1e-5},
        {1e-38, 1e-5, 1e-38, 1e-5, 1e-38, 1e-5, 1e-38},
        {1e-40, 1e-3, 1e-40, 1e-3, 1e-40, 1e-3},
        {1e-25, 1e-16, 1e-25, 1e-16, 1e-25},
        {1e-38, 1e38, 1e-38, 1e38, 1e-38, 1e38},
        {1e30, 1e-30, 1e30, 1e30, 1e-40, 1e30},
        {0, 1, 0, 1e-38, 0, 1e38, 0},
        {1, Double.NaN, 1, Double.POSITIVE_INFINITY, 1, 1e-38, 1e-5},
    };

    static Stream<Arguments> cases() {
        return KernelValues.both()
                .flatMap(kernels -> Stream.of(0, 1, 13, 207, 702, 4098)
                        .flatMap(width -> Stream.of(SCALES).map(scales -> Arguments.of(kernels, width, scales))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sumsAgreeWithTheirFormulas(Kernels kernels, int width, double[] scales) {
        Random random = new Random(1);
        float[][] x = new float[scales.length][FROM + ROWS * width + 7];
        for (int n = 0; n < x.length; n++) {
            for (int i = 0; i < x[n].length; i++) {
                x[n][i] = (float) (scales[n] * random.nextGaussian());
            }
        }
        assertAgreement(kernels, width, x);
    }

    static Stream<Kernels> kernels() {
        return KernelValues.both();
    }

    /** Where one row has a value the other has zero, but for products too small for a float. */
    @ParameterizedTest
    @MethodSource("kernels")
    void rowsMayBeOrthogonal(Kernels kernels) {
        int width = 768;
        float[][] x = new float[7][FROM + ROWS * width];
        for (int n = 0; n < x.length; n++) {
            for (int i = 0; i < x[n].length; i++) {
                x[n][i] = i % 2 == n % 2 ? i % 17 - 8 : i % 5 == 0 ? 1e-44f : 0;
            }
        }
        assertAgreement(kernels, width, x);
    }

    private static void assertAgreement(Kernels kernels, int width, float[][] x) {
        int stride = ROWS + 2;
        double[] dot = new double[x.length * stride];
        double[] square = new double[x.length * stride];
        kernels.consecutive(x, FROM, ROWS, width, dot, square, stride);
        for (int n = 0; n < x.length; n++) {
            float[] y = x[n];
            float[] before = x[Math.max(0, n - 1)];
            for (int row = 0; row < ROWS; row++) {
                int at = FROM + row * width;
                double yy =
                        range(at, width).mapToDouble(i -> (double) y[i] * y[i]).sum();
                double xx = range(at, width)
                        .mapToDouble(i -> (double) before[i] * before[i])
                        .sum();
                double xy = range(at, width)
                        .mapToDouble(i -> (double) before[i] * y[i])
                        .sum();
                assertSame("square " + n, square[n * stride + row], yy, yy);
                if (n > 0) {
                    assertSame("dot " + n, dot[n * stride + row], xy, Math.sqrt(xx * yy));
                }
            }
            assertThat(square[n * stride + ROWS] + dot[n * stride + ROWS]).isZero();
        }
    }

    private static IntStream range(int from, int length) {
        return IntStream.range(from, from + length);
    }

    /** Relative to the size that rounding is measured against. */
    private static void assertSame(String what, double actual, double expected, double size) {
        if (Double.isFinite(expected)) {
            assertThat(actual).as(what).isCloseTo(expected, within(2e-6 * size));
        } else {
            assertThat((Double) actual).as(what).isEqualTo((Double) expected);
        }
    }
}
