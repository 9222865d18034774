package io.github.residual4j.internal.kernel;

import java.util.Arrays;

/**
 * The largest and the smallest value of a row, found as integers, for which both take one instruction where those of
 * floats take several: the pattern of the largest positive float is the largest integer, and with the sign flipped that
 * of the lowest negative one. They are exact, so that it does not matter how many there are at once: an array has {@link
 * Loops#FLOATS} of the first kind and as many of the second.
 */
final class Extremes {
    private Extremes() {}

    /** Before the first value. */
    static void begin(int[] extremes) {
        Arrays.fill(extremes, Integer.MIN_VALUE);
    }

    /** Takes in values one by one. */
    static void add(float[] x, int at, int count, int[] extremes) {
        int high = extremes[0];
        int low = extremes[Loops.FLOATS];
        for (int i = at; i < at + count; i++) {
            int bits = Float.floatToRawIntBits(x[i]);
            high = Math.max(high, bits);
            low = Math.max(low, bits ^ Integer.MIN_VALUE);
        }
        extremes[0] = high;
        extremes[Loops.FLOATS] = low;
    }

    /** Gives the extremes of the row whose values were taken in, none of them NaN. */
    static void end(int[] extremes, float[] x, int at, int width, RowSums sums, int to) {
        int high = Integer.MIN_VALUE;
        int low = Integer.MIN_VALUE;
        for (int lane = 0; lane < Loops.FLOATS; lane++) {
            high = Math.max(high, extremes[lane]);
            low = Math.max(low, extremes[Loops.FLOATS + lane]);
        }
        sums.max[to] = Float.intBitsToFloat(high);
        sums.min[to] = Float.intBitsToFloat(low ^ Integer.MIN_VALUE);
        if (high < 0 || low < 0) { // all of one sign
            DoubleSums.extremes(x, at, width, sums, to);
        }
    }
}
