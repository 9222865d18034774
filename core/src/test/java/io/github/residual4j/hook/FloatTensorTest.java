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
                .hasMessage("The shape [2, 3] takes 6 values, not 1.");
    }

    @Test
    void aTensorLargerThanAnArrayIsRefused() {
        assertThatThrownBy(() -> FloatTensor.filled(values -> {}, 65536, 65536))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("The shape [65536, 65536] holds 4294967296 values, more than an array can.");
    }

    @Test
    void aSliceIsWhatStandsAtOnePlaceOfTheFirstAxis() {
        FloatTensor whole = FloatTensor.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 3, 2, 2);
        FloatTensor slice = whole.slice(1);
        FloatTensor copy = FloatTensor.of(new float[] {4, 5, 6, 7}, 1, 2, 2);
        assertThat(slice).isEqualTo(copy).hasSameHashCodeAs(copy).hasToString("float32 [1, 2, 2]");
        assertThat(slice).isNotEqualTo(whole.slice(2));
        assertThat(slice.toArray()).containsExactly(4, 5, 6, 7);
        assertThat(slice.size()).isEqualTo(4);
        assertThat(slice.get(0, 1, 0)).isEqualTo(6);
        assertThat(slice.asBuffer()).isEqualTo(copy.asBuffer());
        assertThat(slice.asBuffer().isReadOnly()).isTrue();
        assertThat(slice.slice(0)).isEqualTo(copy);
        assertThat(whole.slice(2).slice(0).get(0, 1, 1)).isEqualTo(11);
        for (int missing : new int[] {-1, 3}) {
            assertThatThrownBy(() -> whole.slice(missing))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessage("There is no slice " + missing + " of the shape [3, 2, 2].");
        }
        assertThatThrownBy(() -> FloatTensor.of(new float[] {1}).slice(0))
                .hasMessage("There is no slice 0 of the shape [].");
        assertThatThrownBy(() -> FloatTensor.of(new float[0], 0, 2).slice(0)).isInstanceOf(BadRequestException.class);
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
