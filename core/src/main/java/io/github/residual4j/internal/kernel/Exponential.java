package io.github.residual4j.internal.kernel;

/**
 * eˣ for x ≤ 0 of plain products and sums, so that it has the same bits in a plain loop and in lanes: x = n·ln 2 + r with
 * |r| ≤ ln 2 / 2, and eˣ = 2ⁿ · Σ rᵏ/k! up to k = 12, even and odd powers each for themselves. To 1e-15 of its value; 0 of
 * {@value #LEAST} and below, where a double soon cannot hold it. NaN stays.
 */
final class Exponential {
    /** e to this power is a normal number, far below any that matters beside 1. */
    static final double LEAST = -708;

    static final double BY_LN_2 = 1 / Math.log(2);

    /** ln 2 in two parts, the first of few bits, so that n times it is exact. */
    static final double LN_2_HIGH = 0x1.62e42feep-1;

    static final double LN_2_LOW = 0x1.a39ef35793c76p-33;

    /** Added to a double of less than 2⁵¹, it leaves the nearest integer in the last bits. */
    static final double ROUNDING = 0x1.8p52;

    static final double TERM_2 = 1.0 / 2;
    static final double TERM_3 = 1.0 / 6;
    static final double TERM_4 = 1.0 / 24;
    static final double TERM_5 = 1.0 / 120;
    static final double TERM_6 = 1.0 / 720;
    static final double TERM_7 = 1.0 / 5_040;
    static final double TERM_8 = 1.0 / 40_320;
    static final double TERM_9 = 1.0 / 362_880;
    static final double TERM_10 = 1.0 / 3_628_800;
    static final double TERM_11 = 1.0 / 39_916_800;
    static final double TERM_12 = 1.0 / 479_001_600;

    /** What the sum makes of {@link #LEAST}, which is taken from every result. */
    static final double LEAST_RESULT = sum(LEAST);

    private Exponential() {}

    static double of(double x) {
        return sum(Math.max(x, LEAST)) - LEAST_RESULT;
    }

    private static double sum(double x) {
        double shifted = x * BY_LN_2 + ROUNDING;
        double n = shifted - ROUNDING;
        double r = x - n * LN_2_HIGH - n * LN_2_LOW;
        double rr = r * r;
        double even = TERM_12 * rr + TERM_10;
        even = even * rr + TERM_8;
        even = even * rr + TERM_6;
        even = even * rr + TERM_4;
        even = even * rr + TERM_2;
        even = even * rr + 1;
        double odd = TERM_11 * rr + TERM_9;
        odd = odd * rr + TERM_7;
        odd = odd * rr + TERM_5;
        odd = odd * rr + TERM_3;
        odd = odd * rr + 1;
        double sum = odd * r + even;
        return Double.longBitsToDouble(Double.doubleToRawLongBits(sum) + (Double.doubleToRawLongBits(shifted) << 52));
    }
}
