package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both kernels' products of rows against the plain formula, and against each other bit by bit. */
@Tag("both-kernels")
class ProductsTest {
    static Stream<Arguments> cases() {
        return KernelValues.both()
                .flatMap(kernels -> Stream.of(1, 2, 5, 64, 65, 131)
                        .flatMap(rows ->
                                Stream.of(1, 7, 8, 40, 207).map(length -> Arguments.of(kernels, rows, length))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyRowIsMultipliedWithItselfAndThoseBefore(Kernels kernels, int rows, int length) {
        double[] x = new Random(1).doubles((long) rows * length, -1, 1).toArray();
        double[] sums = new double[rows * rows];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = i;
        }
        int cut = rows / 3; // in two bands, as two threads do it
        kernels.addProducts(x, rows, length, cut, rows, sums);
        kernels.addProducts(x, rows, length, 0, cut, sums);
        for (int a = 0; a < rows; a++) {
            for (int b = 0; b < rows; b++) {
                double expected = a * rows + b;
                for (int i = 0; b <= a && i < length; i++) {
                    expected += x[a * length + i] * x[b * length + i];
                }
                assertThat(sums[a * rows + b])
                        .as("rows %d and %d", a, b)
                        .isCloseTo(expected, within(1e-12 * (expected + length)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void soAreRowsOfFloats(Kernels kernels, int rows, int length) {
        float[] x = KernelValues.of(rows * length, "normal", 1);
        double[] sums = new double[rows * rows];
        int cut = rows / 3;
        kernels.addProducts(x, rows, length, cut, rows, sums);
        kernels.addProducts(x, rows, length, 0, cut, sums);
        for (int a = 0; a < rows; a++) {
            for (int b = 0; b < rows; b++) {
                double expected = 0;
                double size = 0;
                for (int i = 0; b <= a && i < length; i++) {
                    double product = (double) x[a * length + i] * x[b * length + i];
                    expected += product;
                    size += Math.abs(product);
                }
                assertThat(sums[a * rows + b]).as("rows %d and %d", a, b).isCloseTo(expected, within(1e-6 * size));
            }
        }
    }

    /** Often enough that the loops are compiled. */
    @Test
    void bothKernelsGiveTheSameBits() {
        for (int i = 0; i < 400; i++) {
            int rows = 5 + i % 14;
            int length = i % 100 == 99 ? 1031 : 240 + i % 40;
            double[] x = new Random(i).doubles((long) rows * length, -1, 1).toArray();
            double[] plain = new double[rows * rows];
            double[] simd = new double[rows * rows];
            KernelValues.scalar().addProducts(x, rows, length, 0, rows, plain);
            KernelValues.vector().addProducts(x, rows, length, 0, rows, simd);
            assertThat(simd).isEqualTo(plain);
            float[] floats = KernelValues.of(rows * length, "normal", i);
            KernelValues.scalar().addProducts(floats, rows, length, 0, rows, plain);
            KernelValues.vector().addProducts(floats, rows, length, 0, rows, simd);
            assertThat(simd).isEqualTo(plain);
        }
    }
}
