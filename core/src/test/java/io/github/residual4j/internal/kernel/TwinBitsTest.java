package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Plain and SIMD kernels give the same bits, however long rows are and however often the compiler has seen them. */
@Tag("both-kernels")
class TwinBitsTest {
    private static final int FROM = 5;
    private static final int ROWS = 2;
    private static final int ARRAYS = 7;

    private final Kernels scalar = KernelValues.scalar();
    private final Kernels vector = KernelValues.vector();

    static Stream<Arguments> cases() {
        return Stream.of(0, 1, 15, 16, 17, 255, 256, 257, 272, 547, 768, 4098)
                .flatMap(width -> KernelValues.KINDS.stream().map(kind -> Arguments.of(width, kind)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everySumHasTheSameBits(int width, String kind) {
        assertTwins(arrays(width, kind, 1), width);
    }

    /** Vectors are plain Java until they have been compiled, so that only a loop that has run often shows the processor's. */
    @Test
    void compiledLoopsGiveTheSameBits() {
        int width = 547;
        for (int i = 0; i < 6000; i++) {
            assertTwins(arrays(width, i % 50 == 0 ? "offset" : "normal", i % 100), width);
        }
        for (String kind : KernelValues.KINDS) {
            assertTwins(arrays(width, kind, 1), width);
        }
    }

    private static float[][] arrays(int width, String kind, long seed) {
        float[][] x = new float[ARRAYS][];
        float[] values = KernelValues.of(FROM + ROWS * width + ARRAYS, kind, seed);
        for (int n = 0; n < ARRAYS; n++) {
            x[n] = new float[FROM + ROWS * width];
            System.arraycopy(values, n, x[n], 0, x[n].length);
        }
        return x;
    }

    private void assertTwins(float[][] x, int width) {
        assertThat(consecutive(vector, x, width)).isEqualTo(consecutive(scalar, x, width));
        assertThat(updates(vector, x, width)).isEqualTo(updates(scalar, x, width));
        assertThat(sums(vector, x[0], width)).isEqualTo(sums(scalar, x[0], width));
        Double dot = vector.dot(x[0], FROM, x[1], 0, width);
        assertThat(dot).isEqualTo((Double) scalar.dot(x[0], FROM, x[1], 0, width)); // where NaN is equal to itself
        assertThat(byDimension(vector, x, width)).isEqualTo(byDimension(scalar, x, width));
        assertThat(exponentials(vector, x[0], x[1])).isEqualTo(exponentials(scalar, x[0], x[1]));
    }

    private static double[][] consecutive(Kernels kernels, float[][] x, int width) {
        double[][] found = new double[2][ARRAYS * ROWS];
        kernels.consecutive(x, FROM, ROWS, width, found[0], found[1], ROWS);
        return found;
    }

    private static double[][] byDimension(Kernels kernels, float[][] x, int width) {
        double[][] found = new double[4][width];
        float[] apart = new float[2 + width];
        for (int row = 0; row < ROWS; row++) {
            kernels.addTo(x[row], FROM, width, found[0]);
        }
        for (int row = 0; row < ROWS; row++) {
            kernels.addSpread(x[row], FROM, width, found[0], found[1], found[2]);
            kernels.subtract(x[row], FROM, width, found[0], apart, 2);
            found[3] = doubles(apart);
        }
        return found;
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    /** Also of values above the one that is called the largest. */
    private static double[][] exponentials(Kernels kernels, float[] x, float[] y) {
        double[] e = new double[x.length];
        double[] sums = kernels.exponentials(x, x[x.length / 2], e);
        return new double[][] {e, sums, {kernels.expectation(e, y), kernels.logSumExp(x)}};
    }

    private static double[][] updates(Kernels kernels, float[][] x, int width) {
        UpdateSums sums = new UpdateSums(ROWS);
        kernels.updates(x[0], x[1], x[2], FROM, ROWS, width, sums, 0);
        return new double[][] {
            sums.preSquare, sums.attentionSquare, sums.preAttention, sums.mlpSquare, sums.preMlp,
        };
    }

    private static double[][] sums(Kernels kernels, float[] x, int width) {
        RowSums sums = new RowSums(ROWS);
        kernels.sums(x, FROM, ROWS, width, sums, 0);
        return new double[][] {sums.sum, sums.square, sums.abs, sums.deviation, sums.min, sums.max};
    }
}
