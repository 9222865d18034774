package io.github.residual4j.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTextTest {
    @ParameterizedTest
    @CsvSource({
        "2e23, 2.0E23",
        "-8.41e21, -8.41E21",
        "6.923181656954707e18, 6.923181656954707E18",
        "4.9e-324, 4.9E-324",
        "2.2250738585072014e-308, 2.2250738585072014E-308",
        "1.7976931348623157e308, 1.7976931348623157E308",
        "1e15, 1.0E15",
        "1e-44, 1.0E-44",
        "0.1, 0.1",
        "-0.0, -0.0",
        "12345678.9, 1.23456789E7",
        "NaN, NaN",
        "-Infinity, -Infinity",
    })
    void numbersHaveTheFewestDigits(double value, String expected) {
        assertThat(NumberText.of(value)).isEqualTo(expected);
    }

    @Test
    void everyNumberIsGivenBack() {
        Random random = new Random(1);
        for (int i = 0; i < 5000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            String text = NumberText.of(value);
            assertThat((Double) Double.parseDouble(text)).isEqualTo((Double) value);
            if (Runtime.version().feature() >= 19) {
                assertThat(text).isEqualTo(String.valueOf(value));
            }
        }
    }
}
