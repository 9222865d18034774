package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What statistics keep does not grow with what they take in. */
@Tag("any-kernels")
class StreamStatisticsMemoryTest {
    private static final int SESSIONS = 8_000;
    private static final int TOKENS = 12;
    private static final int WIDTH = 20;

    /** Were a number kept of each token, point and dimension, it would be 46 MB more. */
    @Test
    void liveMemoryStaysTheSame() {
        StreamStatistics all = new StreamStatistics()
                .withCovarianceOf("embed")
                .withSimilarity()
                .withDimensionQuantiles(100)
                .withCosines();
        takeIn(all, 1_000); // fills the sample of tokens and the buckets of the quantiles
        long before = liveBytes();
        takeIn(all, SESSIONS);
        assertThat(liveBytes() - before).isLessThan(4L << 20);
        assertThat(all.sessions()).isEqualTo(1_000 + SESSIONS);
    }

    private static void takeIn(StreamStatistics all, int sessions) {
        Random random = new Random(1);
        float[][][] states = new float[6][TOKENS][WIDTH];
        for (int i = 0; i < sessions; i++) {
            for (float[][] point : states) {
                for (float[] state : point) {
                    for (int d = 0; d < WIDTH; d++) {
                        state[d] = (float) random.nextGaussian();
                    }
                }
            }
            all.add(TestSessions.of(states));
        }
    }

    /** After what is dead was collected: the least of some tries, as others in this JVM may allocate meanwhile. */
    private static long liveBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
