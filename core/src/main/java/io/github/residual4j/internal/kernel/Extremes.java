package io.github.residual4j.internal.kernel;

/**
 * The largest and the smallest value of a row, found as integers, for which both take one instruction where those of
 * floats take several: the pattern of the largest positive float is the largest integer, and with the sign flipped that
 * of the lowest negative one. An array holds the two.
 */
final class Extremes {
    private Extremes() {}

    /** Before the first value. */
    static void begin(int[] extremes) {
        extremes[0] = Integer.MIN_VALUE;
        extremes[1] = Integer.MIN_VALUE;
    }

    /** Takes in values one by one. */
    static void add(float[] x, int at, int count, int[] extremes) {
        int high = extremes[0];
        int low = extremes[1];
        for (int i = at; i < at + count; i++) {
            int bits = Float.floatToRawIntBits(x[i]);
            high = Math.max(high, bits);
            low = Math.max(low, bits ^ Integer.MIN_VALUE);
        }
        extremes[0] = high;
        extremes[1] = low;
    }

    /** Gives the extremes of the row whose values were taken in, none of them NaN. */
    static void end(int[] extremes, float[] x, int at, int width, RowSums sums, int to) {
        sums.max[to] = Float.intBitsToFloat(extremes[0]);
        sums.min[to] = Float.intBitsToFloat(extremes[1] ^ Integer.MIN_VALUE);
        if (extremes[0] < 0 || extremes[1] < 0) { // all of one sign
            DoubleSums.extremes(x, at, width, sums, to);
        }
    }
}
