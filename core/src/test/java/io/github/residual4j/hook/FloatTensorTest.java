package io.github.residual4j.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.error.BadRequestException;
import org.junit.jupiter.api.Test;

class FloatTensorTest {
    @Test
    void valuesWrittenInPlaceAreThoseCopied() {
        FloatTensor written = FloatTensor.filled(
                values -> values.put(new float[] {1, 2}).put(3).put(new float[] {4, 5, 6}), 2, 3);
        assertThat(written).isEqualTo(FloatTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    }

    @Test
    void aTensorThatIsNotFilledIsRefused() {
        assertThatThrownBy(() -> FloatTensor.filled(values -> values.put(1), 2, 3))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("1 values do not fill the shape [2, 3], which takes 6.");
    }

    @Test
    void aTensorLargerThanAnArrayIsRefused() {
        assertThatThrownBy(() -> FloatTensor.filled(values -> {}, 65536, 65536))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("The shape [65536, 65536] holds 4294967296 values, more than an array can.");
    }

    @Test
    void patternsMayReachFurtherBackThanTheSession() {
        ActivationSessionBuilder session = ActivationSession.builder()
                .point("embed", new float[][] {{1, 2}})
                .array(ActivationSession.ATTENTION_PATTERNS, FloatTensor.of(new float[] {0.25f, 0.75f}, 1, 1, 1, 2));
        assertThat(session.build()
                        .arrays()
                        .get(ActivationSession.ATTENTION_PATTERNS)
                        .shape())
                .containsExactly(1, 1, 1, 2);
        ActivationSessionBuilder tooShort = ActivationSession.builder()
                .point("embed", new float[][] {{1, 2}, {3, 4}})
                .array(ActivationSession.ATTENTION_PATTERNS, FloatTensor.of(new float[] {1, 1}, 1, 1, 2, 1));
        assertThatThrownBy(tooShort::build)
                .hasMessage("Array \"attention_patterns\" has the shape [1, 1, 2, 1]; expected "
                        + "[blocks, heads, 2, at least 2].");
    }
}
