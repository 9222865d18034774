package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exponentials and their sums, held against {@link Math#exp}. */
@Tag("both-kernels")
class ExponentialsTest {
    static Stream<Kernels> both() {
        return KernelValues.both();
    }

    @ParameterizedTest
    @MethodSource("both")
    void exponentialsAreThoseOfTheDistanceFromTheLargest(Kernels kernels) {
        float[] x = new float[10_003];
        Random random = new Random(3);
        for (int i = 0; i < x.length; i++) {
            x[i] = -random.nextFloat() * (i % 2 == 0 ? 3 : 600);
        }
        x[5000] = 1.5f;
        double[] e = new double[x.length];
        double[] sums = kernels.exponentials(x, 1.5f, e);
        double sum = 0;
        double weighted = 0;
        for (int i = 0; i < x.length; i++) {
            double expected = Math.exp(x[i] - 1.5);
            assertThat(e[i]).isEqualTo(expected, within(1e-15 * expected));
            sum += expected;
            weighted += expected * (x[i] - 1.5);
        }
        assertThat(sums[0]).isEqualTo(sum, within(1e-13 * sum));
        assertThat(sums[1]).isEqualTo(weighted, within(-1e-13 * weighted));
    }

    /** A token that a model never says has a logit of minus infinity. */
    @ParameterizedTest
    @MethodSource("both")
    void whatIsInfinitelyFarBelowCountsForNothing(Kernels kernels) {
        float[] x = {
            0, Float.NEGATIVE_INFINITY, -1, -2, -3, -4, -5, Float.NEGATIVE_INFINITY, -710, Float.NEGATIVE_INFINITY
        };
        double[] e = new double[x.length];
        double[] sums = kernels.exponentials(x, 0, e);
        double sum = 0;
        double weighted = 0;
        for (int k = 0; k <= 5; k++) {
            sum += Math.exp(-k);
            weighted -= k * Math.exp(-k);
        }
        assertThat(sums[0]).isEqualTo(sum, within(1e-15));
        assertThat(sums[1]).isEqualTo(weighted, within(1e-15));
        assertThat(new double[] {e[1], e[7], e[8], e[9]}).containsOnly(0);
        assertThat(kernels.expectation(e, x)).isEqualTo(weighted, within(1e-15));
    }

    @ParameterizedTest
    @MethodSource("both")
    void logSumExpIsThatOfDoubles(Kernels kernels) {
        for (int count : new int[] {1, 15, 16, 4096, 10_003}) {
            float[] x = new float[count];
            Random random = new Random(count);
            double sum = 0;
            for (int i = 0; i < count; i++) {
                x[i] = 40 + (float) random.nextGaussian() * (i % 2 == 0 ? 3 : 60);
            }
            double max = IntStream.range(0, count).mapToDouble(i -> x[i]).max().orElseThrow();
            for (float value : x) {
                sum += Math.exp(value - max);
            }
            assertThat(kernels.logSumExp(x)).isEqualTo(max + Math.log(sum), within(5e-7));
        }
        float[] equal = new float[50_257];
        assertThat(kernels.logSumExp(equal)).isEqualTo(Math.log(50_257), within(1e-12));
        float[] hidden = {Float.NEGATIVE_INFINITY, 3, Float.NEGATIVE_INFINITY, -4000};
        assertThat(kernels.logSumExp(hidden)).isEqualTo(3, within(1e-12));
        equal[17] = Float.NaN;
        assertThat(kernels.logSumExp(equal)).isNaN();
        equal[17] = Float.POSITIVE_INFINITY;
        assertThat(kernels.logSumExp(equal)).isNaN();
    }

    @Test
    void theFloatIsThatOfTheDouble() {
        for (float x = 0; x > FloatExponential.LEAST; x -= 0.0137f) {
            assertThat((double) FloatExponential.of(x)).isEqualTo(Math.exp(x), within(2e-7 * Math.exp(x)));
        }
        assertThat((Float) FloatExponential.of(0)).isEqualTo(1f);
        assertThat(FloatExponential.of(Float.NEGATIVE_INFINITY)).isBetween(0f, 2e-38f);
    }

    @Test
    void theEndsOfTheRange() {
        assertThat(Exponential.of(0)).isEqualTo(1);
        assertThat(Exponential.of(-0.0)).isEqualTo(1);
        assertThat(Exponential.of(-700)).isEqualTo(Math.exp(-700), within(1e-3 * Math.exp(-700)));
        assertThat(Exponential.of(Exponential.LEAST)).isZero();
        assertThat(Exponential.of(Double.NaN)).isNaN();
    }

    @ParameterizedTest
    @MethodSource("both")
    void notANumberShowsInEverySum(Kernels kernels) {
        float[] x = new float[40];
        x[17] = Float.NaN;
        assertThat(kernels.exponentials(x, 0, new double[40])).containsOnly(Double.NaN, Double.NaN);
        x[17] = Float.POSITIVE_INFINITY;
        assertThat(kernels.exponentials(x, Float.POSITIVE_INFINITY, new double[40]))
                .containsOnly(Double.NaN);
    }
}
