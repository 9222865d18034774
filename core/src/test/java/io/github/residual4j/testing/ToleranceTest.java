package io.github.residual4j.testing;

import static io.github.residual4j.testing.ActivationAssertions.atol;
import static io.github.residual4j.testing.ActivationAssertions.rtol;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToleranceTest {
    @Test
    void allowsAnAbsolutePartAndAShareOfTheExpectedMagnitude() {
        Tolerance tolerance = atol(0.5).rtol(0.25);

        assertThat(tolerance.allowed(-8)).isEqualTo(0.5 + 0.25 * 8);
        assertThat(tolerance.accepts(-5.5f, -8)).isTrue();
        assertThat(tolerance.accepts(-10.5f, -8)).isTrue();
        assertThat(tolerance.accepts(-5.4999995f, -8)).isFalse();
        assertThat(tolerance.accepts(-10.500001f, -8)).isFalse();
        assertThat(tolerance.accepts(-8, -5.5f))
                .as("the share is of the expected value")
                .isFalse();
    }

    @Test
    void canBeSaidInEitherOrder() {
        assertThat(atol(1e-4).rtol(1e-3)).isEqualTo(rtol(1e-3).atol(1e-4)).isEqualTo(Tolerance.CAPTURES);
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, NaN, true",
        "NaN, 0, false",
        "0, NaN, false",
        "Infinity, Infinity, true",
        "-Infinity, Infinity, false",
        "3.4e38, Infinity, false",
        "Infinity, 3.4e38, false",
        "0, -0.0, true",
        "1, 1, true",
        "1, 1.0000001, false"
    })
    void exactlyEqualIsEqualAsANumberOrBothNaN(float actual, float expected, boolean accepted) {
        assertThat(Tolerance.EXACT.accepts(actual, expected)).isEqualTo(accepted);
    }

    @Test
    void takesTheDifferenceOfFarNumbersInDoublePrecision() {
        assertThat(rtol(1).accepts(-3.4e38f, 3.4e38f)).isFalse();
        assertThat(rtol(2.1).accepts(-3.4e38f, 3.4e38f)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesWhatIsNoTolerance(double value) {
        assertThatThrownBy(() -> atol(value))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("A tolerance's atol is a number that is not negative, not " + value + ".");
        assertThatThrownBy(() -> rtol(value))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("A tolerance's rtol is a number that is not negative, not " + value + ".");
    }
}
