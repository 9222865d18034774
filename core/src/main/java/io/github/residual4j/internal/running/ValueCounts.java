package io.github.residual4j.internal.running;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;

/**
 * Counts floats by the bucket of a sketch that they fall into, before they go there all at once: the sketch becomes the
 * same as if it had taken each by itself, several times sooner. The bucket of a float is looked up by its leading bits,
 * which span less than a bucket and so hold at most one border; that of a subnormal one is computed.
 */
final class ValueCounts {
    private static final int TRAILING = 16;
    private static final int KEYS = 1 << 15;
    private static final int SMALLEST_NORMAL = 0x00800000;
    private static final int INFINITY = 0x7f800000;
    private static final int MAGNITUDE = 0x7fffffff;

    private final Buckets buckets;
    private final long[] counts; // by bucket, those of positive floats and then those of negative ones
    private long zeros;

    ValueCounts(Buckets buckets) {
        this.buckets = buckets;
        counts = new long[2 * buckets.count];
    }

    /** Which bucket each positive float falls into. */
    static final class Buckets {
        private final IndexMapping mapping;
        private final int first; // the index of bucket 0
        private final int count;
        private final int[] bucket = new int[KEYS]; // of the smallest float with the leading bits
        private final int[] border = new int[KEYS]; // the bits from which on it is the next bucket

        Buckets(IndexMapping mapping) {
            this.mapping = mapping;
            first = mapping.index(Float.MIN_VALUE);
            count = mapping.index(Float.MAX_VALUE) - first + 1;
            for (int key = SMALLEST_NORMAL >>> TRAILING; key < INFINITY >>> TRAILING; key++) {
                int low = key << TRAILING;
                int high = low + (1 << TRAILING) - 1;
                bucket[key] = index(low);
                border[key] = border(low, high);
            }
        }

        private int index(int bits) {
            return mapping.index(Float.intBitsToFloat(bits)) - first;
        }

        /** The first bits whose bucket is not that of the low ones; beyond the high ones if there are none. */
        private int border(int low, int high) {
            if (index(high) == index(low)) {
                return high + 1;
            }
            int inside = low;
            int beyond = high;
            while (beyond - inside > 1) {
                int middle = (inside + beyond) >>> 1;
                if (index(middle) == index(low)) {
                    inside = middle;
                } else {
                    beyond = middle;
                }
            }
            return beyond;
        }

        int of(int magnitude) {
            if (magnitude < SMALLEST_NORMAL) {
                return index(magnitude);
            }
            int key = magnitude >>> TRAILING;
            return bucket[key] + ((border[key] - 1 - magnitude) >>> 31); // one more from the border on
        }
    }

    /**
     * Counts a float; false if it is not finite, and then it is not counted. Sign and border come in by arithmetic: a
     * branch on them would be guessed wrong half of the time.
     */
    boolean add(float x) {
        int bits = Float.floatToRawIntBits(x);
        int magnitude = bits & MAGNITUDE;
        if (magnitude >= INFINITY) {
            return false;
        }
        if (magnitude == 0) {
            zeros++;
        } else {
            counts[buckets.of(magnitude) + (bits >>> 31) * buckets.count]++;
        }
        return true;
    }

    /** Moves all counts into a sketch of the buckets' mapping. */
    void moveInto(DDSketch sketch) {
        for (int bucket = 0; bucket < buckets.count; bucket++) {
            move(bucket, bucket, 1, sketch);
            move(bucket + buckets.count, bucket, -1, sketch);
        }
        if (zeros > 0) {
            sketch.accept(0, zeros);
            zeros = 0;
        }
    }

    private void move(int place, int bucket, int sign, DDSketch sketch) {
        if (counts[place] > 0) {
            sketch.accept(sign * buckets.mapping.value(bucket + buckets.first), counts[place]);
            counts[place] = 0;
        }
    }
}
