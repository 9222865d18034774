package io.github.residual4j.internal.kernel;

/**
 * {@link Exponential} in float32, to 2e-7 of its value, for sums in which what is far below the largest does not matter:
 * eˣ = 2ⁿ · Σ rᵏ/k! up to k = 7. What is {@value #LEAST} and below counts as that. NaN stays.
 */
final class FloatExponential {
    /** e to this power is a normal number. */
    static final float LEAST = -87;

    static final float BY_LN_2 = (float) (1 / Math.log(2));

    /** ln 2 in two parts, the first of few bits, so that n times it is exact. */
    static final float LN_2_HIGH = 0x1.62e4p-1f;

    static final float LN_2_LOW = (float) (Math.log(2) - 0x1.62e4p-1);

    /** Added to a float of less than 2²², it leaves the nearest integer in the last bits. */
    static final float ROUNDING = 0x1.8p23f;

    static final float TERM_2 = 1f / 2;
    static final float TERM_3 = 1f / 6;
    static final float TERM_4 = 1f / 24;
    static final float TERM_5 = 1f / 120;
    static final float TERM_6 = 1f / 720;
    static final float TERM_7 = 1f / 5_040;

    private FloatExponential() {}

    static float of(float x) {
        float least = Math.max(x, LEAST);
        float shifted = least * BY_LN_2 + ROUNDING;
        float n = shifted - ROUNDING;
        float r = least - n * LN_2_HIGH - n * LN_2_LOW;
        float sum = TERM_7 * r + TERM_6;
        sum = sum * r + TERM_5;
        sum = sum * r + TERM_4;
        sum = sum * r + TERM_3;
        sum = sum * r + TERM_2;
        sum = sum * r + 1;
        sum = sum * r + 1;
        return Float.intBitsToFloat(Float.floatToRawIntBits(sum) + (Float.floatToRawIntBits(shifted) << 23));
    }
}
