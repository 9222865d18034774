package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both kernels' products of rows against the plain formula. */
class ProductKernelTest {
    static Stream<Arguments> cases() {
        return Stream.of(new ScalarKernels(), new VectorKernels())
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
}
