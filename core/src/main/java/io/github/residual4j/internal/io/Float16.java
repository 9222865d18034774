package io.github.residual4j.internal.io;

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

    /** The nearest binary16; between two, the even one. A NaN stays one, what is beyond the range becomes infinite. */
    static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) { // NaN, made quiet
            return (short) (sign | 0x7e00 | magnitude >>> 13 & 0x1ff);
        }
        if (magnitude >= 0x47800000) { // 65536 and above, infinity included
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x38800000) { // below the smallest normal, 2^-14: count steps of 2^-24, exactly
            return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
        }
        int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1); // may carry into the exponent, as it should
        return (short) (sign | (rounded >>> 13) - (127 - 15 << 10));
    }
}
