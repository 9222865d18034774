package io.github.residual4j.render.color;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.error.BadRequestException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NormTest {
    @Test
    void placesValuesEvenly() {
        Norm norm = Norm.linear(-1, 3);
        assertThat(norm.unit(-1)).isEqualTo(0);
        assertThat(norm.unit(0)).isEqualTo(0.25);
        assertThat(norm.unit(3)).isEqualTo(1);
        assertThat(norm.unit(5)).isEqualTo(1.5);
        assertThat(norm.unit(Double.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(norm.unit(Double.NaN)).isNaN();
        assertThat(Norm.symmetric(3).unit(0)).isEqualTo(0.5);
    }

    @Test
    void placesValuesByTheirLogarithm() {
        Norm norm = Norm.log(0.01, 100);
        assertThat(norm.unit(1)).isCloseTo(0.5, within(1e-12));
        assertThat(norm.unit(10)).isCloseTo(0.75, within(1e-12));
        assertThat(norm.unit(0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(norm.unit(-4)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(norm.unit(Double.NaN)).isNaN();
    }

    @Test
    void placesValuesByASymmetricLogarithm() {
        Norm norm = Norm.symlog(100, 2);
        assertThat(norm.unit(0)).isEqualTo(0.5);
        assertThat(norm.unit(7)).isCloseTo(0.5 + 0.5 * Math.log(1 + 7 / 2.0) / Math.log(1 + 100 / 2.0), within(1e-12));
        assertThat(norm.unit(-7)).isCloseTo(1 - norm.unit(7), within(1e-12));
    }

    @Test
    void liesBetweenQuantilesAsNumPyComputesThem() {
        // np.quantile([1, 2, 4, 8, 100], [0.1, 0.9]) is [1.4, 63.2]
        Norm norm = Norm.quantiles(0.1, 0.9, 8, Double.NaN, 1, 100, 4, 2, Double.POSITIVE_INFINITY);
        assertThat(norm.min()).isCloseTo(1.4, within(1e-12));
        assertThat(norm.max()).isCloseTo(63.2, within(1e-12));
    }

    @Test
    void findsAWidthForEqualOrNoValues() {
        assertThat(Norm.of(4, 4)).isEqualTo(Norm.linear(2, 6));
        assertThat(Norm.of(0, 0)).isEqualTo(Norm.linear(-1, 1));
        assertThat(Norm.of(Double.NaN)).isEqualTo(Norm.linear(0, 1));
    }

    static Stream<Norm> norms() {
        return Stream.of(Norm.linear(-2, 5), Norm.log(0.5, 3000), Norm.symlog(80, 0.1), Norm.symmetric(1e-30));
    }

    @ParameterizedTest
    @MethodSource("norms")
    void goesBackToTheValue(Norm norm) {
        for (double unit = 0; unit <= 1; unit += 0.125) {
            assertThat(norm.unit(norm.value(unit))).isCloseTo(unit, within(1e-9));
        }
    }

    @Test
    void refusesEndsThatAreNone() {
        assertThatThrownBy(() -> Norm.linear(1, 1))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("1.0");
        assertThatThrownBy(() -> Norm.linear(0, Double.NaN)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> Norm.symmetric(Double.POSITIVE_INFINITY)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> Norm.log(0, 1)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> Norm.symlog(1, 0)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> Norm.quantiles(0.9, 0.1, 1)).isInstanceOf(BadRequestException.class);
    }
}
