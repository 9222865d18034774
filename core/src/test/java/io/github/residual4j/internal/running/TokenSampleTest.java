package io.github.residual4j.internal.running;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenSampleTest {
    private static final int SESSIONS = 400;
    private static final int TOKENS = 10;
    private static final int KEPT = 1000;

    /** Two points of width 2: the session's number and the token's, and the negatives of both. */
    private static float[][] states(int session) {
        float[][] states = new float[2][2 * TOKENS];
        for (int t = 0; t < TOKENS; t++) {
            states[0][2 * t] = session;
            states[0][2 * t + 1] = t;
            states[1][2 * t] = -session;
            states[1][2 * t + 1] = -t;
        }
        return states;
    }

    private static TokenSample taken(int from, int to) {
        TokenSample sample = new TokenSample(KEPT, 2, 2);
        for (int session = from; session < to; session++) {
            sample.add(states(session), 0, TOKENS);
        }
        return sample;
    }

    private static TokenSample merged() {
        TokenSample sample = new TokenSample(KEPT, 2, 2);
        for (int session = 0; session < SESSIONS; session++) {
            sample.add(taken(session, session + 1));
        }
        return sample;
    }

    /** Of 4,000 tokens 1,000 are kept: of each position 100 of 400, with a standard deviation of √(400 · ¼ · ¾) = 8.7. */
    @Test
    void eachPositionAndSessionIsAsLikelyAsAnyOther() {
        for (TokenSample sample : new TokenSample[] {taken(0, SESSIONS), merged()}) {
            assertThat(sample.size()).isEqualTo(KEPT);
            assertThat(sample.tokens()).isEqualTo(SESSIONS * TOKENS);
            int[] ofPosition = new int[TOKENS];
            int[] ofHalf = new int[2];
            float[] states = sample.states(0);
            float[] negatives = sample.states(1);
            for (int row = 0; row < KEPT; row++) {
                ofHalf[states[2 * row] < SESSIONS / 2 ? 0 : 1]++;
                ofPosition[(int) states[2 * row + 1]]++;
                assertThat(negatives[2 * row]).isEqualTo(-states[2 * row]);
            }
            for (int count : ofPosition) {
                assertThat(count).isBetween(65, 135);
            }
            assertThat(ofHalf[0]).isBetween(440, 560);
        }
    }

    @Test
    void theOrderOfMergingDoesNotMatterAndWhatWasKeptGoesOn() {
        TokenSample one = taken(0, 300);
        one.add(taken(300, SESSIONS));
        TokenSample other = taken(300, SESSIONS);
        other.add(taken(0, 300));
        assertThat(one.ranks()).isEqualTo(other.ranks()).isSorted();
        assertThat(one.states(1)).isEqualTo(other.states(1));
        TokenSample half = taken(0, 200);
        TokenSample again =
                TokenSample.of(KEPT, 2, half.tokens(), half.ranks(), new float[][] {half.states(0), half.states(1)});
        for (int session = 200; session < SESSIONS; session++) {
            again.add(states(session), 0, TOKENS);
        }
        assertThat(again.ranks()).isEqualTo(taken(0, SESSIONS).ranks());
        assertThat(again.states(0)).isEqualTo(taken(0, SESSIONS).states(0));
    }

    /** Expected: {@code numpy.quantile([3, 1, 7, 4], [0, .25, .5, .9, 1])}. */
    @Test
    void quantilesAreInterpolatedBetweenFiniteValues() {
        TokenSample sample = new TokenSample(9, 1, 1);
        sample.add(new float[][] {{9, 3, 1, Float.NaN, 7, 4, Float.POSITIVE_INFINITY}}, 1, 6);
        double[][] found = sample.quantiles(0, new double[] {0, 0.25, 0.5, 0.9, 1});
        assertThat(found[0]).usingComparatorWithPrecision(1e-12).containsExactly(1, 2.5, 3.5, 6.1, 7);
        TokenSample none = new TokenSample(9, 1, 1);
        none.add(new float[][] {{Float.NaN}}, 0, 1);
        assertThat(none.quantiles(0, new double[] {0.5})[0]).containsExactly(Double.NaN);
    }

    @Test
    void aLargeSampleHasTheQuantilesOfAll() {
        Random random = new Random(3);
        TokenSample sample = new TokenSample(2000, 1, 1);
        for (int session = 0; session < 1000; session++) {
            float[] x = new float[20];
            for (int t = 0; t < x.length; t++) {
                x[t] = random.nextFloat();
            }
            sample.add(new float[][] {x}, 0, x.length);
        }
        double[] shares = {0.05, 0.5, 0.95};
        double[] found = sample.quantiles(0, shares)[0];
        assertThat(found).usingComparatorWithPrecision(0.05).containsExactly(shares);
    }
}
