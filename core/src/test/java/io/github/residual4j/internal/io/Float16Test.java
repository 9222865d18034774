package io.github.residual4j.internal.io;

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

    @Test
    void betweenTwoNumbersTheNearerIsTakenAndInTheMiddleTheEvenOne() {
        for (int bits = 0; bits < 0x7c00; bits++) {
            assertRounds(
                    Float16::fromFloat,
                    bits,
                    Float16.toFloat((short) bits),
                    Float16.toFloat((short) (bits + 1)),
                    65536);
        }
        for (int bits = 0; bits < 0x7f80; bits++) {
            assertRounds(
                    BFloat16::fromFloat,
                    bits,
                    Float.intBitsToFloat(bits << 16),
                    Float.intBitsToFloat(bits + 1 << 16),
                    0x1p128);
        }
    }

    private interface Rounding {
        short round(float value);
    }

    /** @param beyond what would follow the largest finite number if the exponent went on */
    private static void assertRounds(Rounding rounding, int bits, float low, float high, double beyond) {
        double end = Float.isInfinite(high) ? beyond : high;
        float middle = (float) ((low + end) / 2); // exact: one more bit than the type has
        int even = bits + (bits & 1);
        int[] found = {
            rounding.round(low),
            rounding.round(Math.nextDown(middle)),
            rounding.round(middle),
            rounding.round(Math.nextUp(middle)),
            rounding.round(-middle) & 0x7fff
        };
        assertThat(found).as("bits %04x", bits).containsExactly(bits, bits, even, bits + 1, even);
    }

    @Test
    void aNaNStaysOneWhateverItsPayload() {
        for (int bits : new int[] {0x7f800001, 0x7fc00000, 0x7fffffff, 0xff800001, 0xffffffff}) {
            float nan = Float.intBitsToFloat(bits);
            assertThat(Float16.toFloat(Float16.fromFloat(nan))).isNaN();
            assertThat(BFloat16.toFloat(BFloat16.fromFloat(nan))).isNaN();
        }
        assertThat(Float16.fromFloat(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
        assertThat(BFloat16.fromFloat(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xff80);
    }
}
