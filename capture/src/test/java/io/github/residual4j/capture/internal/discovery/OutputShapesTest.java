package io.github.residual4j.capture.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.capture.internal.discovery.OutputShapes.Observed;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputShapesTest {
    private static final OutputShapes LEARNED = OutputShapes.of(
            new Observed(
                    1,
                    2,
                    Map.of(
                            "state", new long[] {1, 2, 16},
                            "pattern", new long[] {1, 2, 2, 2},
                            "flat", new long[] {2, 16},
                            "last", new long[] {1, 1, 61},
                            "stacked", new long[] {3, 2, 2},
                            "squeezed", new long[] {2, 16})),
            new Observed(
                    2,
                    3,
                    Map.of(
                            "state", new long[] {2, 3, 16},
                            "pattern", new long[] {2, 2, 3, 3},
                            "flat", new long[] {6, 16},
                            "last", new long[] {2, 1, 61},
                            "stacked", new long[] {6, 3, 3},
                            "squeezed", new long[] {2, 3, 16})));

    @Test
    void axesFollowTextsAndTokens() {
        assertThat(LEARNED.shape("state", 5, 7)).containsExactly(5, 7, 16);
        assertThat(LEARNED.shape("pattern", 5, 7)).containsExactly(5, 2, 7, 7); // two heads, though two tokens as well
        assertThat(LEARNED.shape("last", 5, 7)).containsExactly(5, 1, 61);
    }

    @Test
    void productsAndOtherRanksAreNotGuessed() {
        assertThat(LEARNED.isKnown("flat")).isFalse();
        assertThat(LEARNED.isKnown("stacked")).isFalse();
        assertThat(LEARNED.isKnown("squeezed")).isFalse();
        assertThat(LEARNED.isKnown("state")).isTrue();
    }

    @Test
    void onlyAllTokensOfATextAfterAnotherAreTexts() {
        assertThat(LEARNED.holdsTexts("state")).isTrue();
        assertThat(LEARNED.holdsTexts("pattern")).isTrue();
        assertThat(LEARNED.holdsTexts("last")).isFalse();
        assertThat(LEARNED.holdsTexts("flat")).isFalse();
    }

    @Test
    void aFixedLengthIsTakenAsItIs() {
        Observed once = new Observed(1, 11, Map.of("state", new long[] {1, 11, 16}));
        OutputShapes learned = OutputShapes.of(once, once);
        assertThat(learned.shape("state", 1, 11)).containsExactly(1, 11, 16);
        assertThat(learned.holdsTexts("state")).isFalse();
    }
}
