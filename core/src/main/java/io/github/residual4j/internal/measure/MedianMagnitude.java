package io.github.residual4j.internal.measure;

/**
 * The exact median of the magnitudes of a point, without a copy of it: the bits of a float that is not negative grow
 * with it, so the upper half of them is counted first and then the lower half within the bin where the median lies.
 */
final class MedianMagnitude {
    private static final int BINS = 1 << 16;

    private MedianMagnitude() {}

    /** The middle magnitude, or the mean of the two middle ones; NaN counts as larger than all. */
    static double of(float[] x, int from, int count) {
        double upper = ranked(x, from, count, count / 2);
        return count % 2 == 1 ? upper : (ranked(x, from, count, count / 2 - 1) + upper) / 2;
    }

    private static float ranked(float[] x, int from, int count, int rank) {
        int[] bins = new int[BINS];
        for (int i = from; i < from + count; i++) {
            bins[magnitudeBits(x[i]) >>> 16]++;
        }
        int below = 0;
        int high = 0;
        while (below + bins[high] <= rank) {
            below += bins[high++];
        }
        int[] inside = new int[BINS];
        for (int i = from; i < from + count; i++) {
            int bits = magnitudeBits(x[i]);
            if (bits >>> 16 == high) {
                inside[bits & 0xFFFF]++;
            }
        }
        int low = 0;
        while (below + inside[low] <= rank) {
            below += inside[low++];
        }
        return Float.intBitsToFloat(high << 16 | low);
    }

    private static int magnitudeBits(float value) {
        return Float.floatToIntBits(value) & 0x7FFF_FFFF;
    }
}
