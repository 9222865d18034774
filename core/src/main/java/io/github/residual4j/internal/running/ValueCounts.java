package io.github.residual4j.internal.running;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import com.datadoghq.sketch.ddsketch.mapping.LinearlyInterpolatedMapping;

/**
 * Counts floats by their leading bits, before they go into a sketch all at once. The sketch has 64 buckets of equal
 * width from each power of two to the next, so that sign, exponent and the first six bits of the fraction name a bucket,
 * and the sketch becomes the same as if it had taken each float by itself, many times sooner. Only subnormal floats count
 * as 0, and one on the border of two buckets belongs to that of the larger magnitudes, where rounding may give the sketch
 * the other.
 */
final class ValueCounts {
    /** The buckets; their middles are within 0.8 % of all that falls into them. */
    static final IndexMapping MAPPING = new LinearlyInterpolatedMapping(StrictMath.pow(2, 1.0 / 64), 0);

    private static final int TRAILING = 17; // bits that name no bucket
    private static final int NEGATIVE = 1 << 31 - TRAILING; // the place of the first negative float
    private static final int SMALLEST_NORMAL = Float.floatToIntBits(Float.MIN_NORMAL) >>> TRAILING;
    private static final int INFINITY = Float.floatToIntBits(Float.POSITIVE_INFINITY) >>> TRAILING;

    private final long[] counts = new long[2 * NEGATIVE];

    /** Counts some finite floats. */
    void add(float[] x, int from, int count) {
        for (int i = from; i < from + count; i++) {
            counts[Float.floatToRawIntBits(x[i]) >>> TRAILING]++;
        }
    }

    /** Moves all counts into a sketch of these buckets. */
    void moveInto(DDSketch sketch) {
        for (int place = 0; place < INFINITY; place++) {
            double middle = place < SMALLEST_NORMAL ? 0 : Float.intBitsToFloat((2 * place + 1) << TRAILING - 1);
            move(place, middle, sketch);
            move(NEGATIVE + place, -middle, sketch);
        }
    }

    private void move(int place, double value, DDSketch sketch) {
        if (counts[place] > 0) {
            sketch.accept(value, counts[place]);
            counts[place] = 0;
        }
    }
}
