package io.github.residual4j.store;

/** IEEE 754 binary16, whose every value float32 holds exactly. */
final class Float16 {
    private static final float SMALLEST_SUBNORMAL = 0x1p-24f;

    private Float16() {}

    /** The float32 of the same value; NaN keeps its payload. */
    static float toFloat(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >>> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) { // zero and subnormals
            float magnitude = fraction * SMALLEST_SUBNORMAL;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }
}
