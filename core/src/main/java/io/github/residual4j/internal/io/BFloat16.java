package io.github.residual4j.internal.io;

/** bfloat16, the upper half of a float32. */
final class BFloat16 {
    private BFloat16() {}

    /** The float32 of the same value; NaN keeps its payload. */
    static float toFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The nearest bfloat16; between two, the even one. A NaN stays one. */
    static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40); // quiet, or a payload in the lower half alone would become infinity
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
