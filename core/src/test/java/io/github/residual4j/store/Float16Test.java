package io.github.residual4j.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Float16Test {
    @Test
    void everyNumberIsItsFormulaOfIeee754() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 31;
            int fraction = bits & 1023;
            double sign = bits < 1 << 15 ? 1 : -1;
            Double expected;
            if (exponent == 31) {
                expected = fraction == 0 ? sign / 0.0 : Double.NaN;
            } else if (exponent == 0) {
                expected = sign * Math.pow(2, -14) * (fraction / 1024.0);
            } else {
                expected = sign * Math.pow(2, exponent - 15) * (1 + fraction / 1024.0);
            }
            assertThat(Double.valueOf(Float16.toFloat((short) bits)))
                    .as("bits %04x", bits)
                    .isEqualTo(expected);
        }
    }
}
