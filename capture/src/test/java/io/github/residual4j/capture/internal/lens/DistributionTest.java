package io.github.residual4j.capture.internal.lens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One row of logits, held against the formulas written out. */
class DistributionTest {
    private static final float NEVER = Float.NEGATIVE_INFINITY;

    private static Distribution of(float... logits) {
        return Distribution.of(FloatBuffer.wrap(logits));
    }

    @Test
    void theLikeliestComeFirstAndOfEqualOnesTheSmallerId() {
        Random random = new Random(5);
        float[] logits = new float[1000];
        for (int id = 0; id < logits.length; id++) {
            logits[id] = random.nextInt(60) - 20;
        }
        int[] expected = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparing(id -> -logits[id]))
                .mapToInt(id -> id)
                .toArray();
        for (int count : new int[] {1, 2, 10, 999, 1000}) {
            assertThat(of(logits).top(count))
                    .isEqualTo(IntStream.of(expected).limit(count).toArray());
        }
        assertThat(of(logits).likeliest()).isEqualTo(expected[0]);
    }

    @Test
    void tokensThatAreNeverSaidHaveNoShareAndComeLast() {
        Distribution read = of(NEVER, 1, NEVER, 2, NEVER);
        assertThat(read.isFinite()).isTrue();
        assertThat(read.top(4)).containsExactly(3, 1, 0, 2);
        assertThat(read.probability(0)).isZero();
        double p = 1 / (1 + Math.exp(-1));
        assertThat(read.probability(3)).isEqualTo(p, within(1e-15));
        assertThat(read.entropy()).isEqualTo(-p * Math.log(p) - (1 - p) * Math.log(1 - p), within(1e-15));
        assertThat(read.divergenceTo(of(0, 1, 0, 2, 0)))
                .isEqualTo(Math.log((Math.exp(1) + Math.exp(2) + 3) / (Math.exp(1) + Math.exp(2))), within(1e-15));
        assertThat(of(0, 1, 0, 2, 0).divergenceTo(read)).isInfinite();
    }

    @Test
    void aRowIsForgottenWhenAnotherIsRead() {
        Distribution read = of(5, 4, 3);
        read.read(FloatBuffer.wrap(new float[] {0, 0, 0}));
        assertThat(read.entropy()).isEqualTo(Math.log(3), within(1e-15));
        assertThat(read.likeliest()).isZero();
        assertThat(read.logProbability(2)).isEqualTo(-Math.log(3), within(1e-15));
    }

    @Test
    void notANumberIsNotPassedOver() {
        assertThat(of(1, Float.NaN, 0).isFinite()).isFalse();
        assertThat(of(1, Float.NaN, 0).entropy()).isNaN();
        assertThat(of(Float.NaN, 1).divergenceTo(of(1, 2))).isNaN();
    }
}
