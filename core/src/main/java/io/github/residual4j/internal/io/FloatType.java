package io.github.residual4j.internal.io;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** How floating-point numbers are kept in a safetensors file, spelled as the format does. */
public enum FloatType {
    /** IEEE 754 binary32, which keeps every float as it is. */
    F32(Float.BYTES) {
        @Override
        float round(float value) {
            return value;
        }

        @Override
        void encode(FloatBuffer from, ByteBuffer to) {
            to.asFloatBuffer().put(from);
        }

        @Override
        public float decode(ByteBuffer bytes, int index) {
            return bytes.getFloat(Float.BYTES * index);
        }
    },

    /** IEEE 754 binary16: 11 significant bits, finite values up to 65504. */
    F16(Short.BYTES) {
        @Override
        float round(float value) {
            return Float16.toFloat(Float16.fromFloat(value));
        }

        @Override
        void encode(FloatBuffer from, ByteBuffer to) {
            while (from.hasRemaining()) {
                to.putShort(Float16.fromFloat(from.get()));
            }
        }

        @Override
        public float decode(ByteBuffer bytes, int index) {
            return Float16.toFloat(bytes.getShort(Short.BYTES * index));
        }
    },

    /** bfloat16: 8 significant bits, the range of binary32. */
    BF16(Short.BYTES) {
        @Override
        float round(float value) {
            return BFloat16.toFloat(BFloat16.fromFloat(value));
        }

        @Override
        void encode(FloatBuffer from, ByteBuffer to) {
            while (from.hasRemaining()) {
                to.putShort(BFloat16.fromFloat(from.get()));
            }
        }

        @Override
        public float decode(ByteBuffer bytes, int index) {
            return BFloat16.toFloat(bytes.getShort(Short.BYTES * index));
        }
    };

    private final int bytes;

    FloatType(int bytes) {
        this.bytes = bytes;
    }

    /** {@return how many bytes a value takes} */
    public int bytes() {
        return bytes;
    }

    /** Whether a value is finite but would become infinite in this type. */
    public boolean overflows(float value) {
        return Float.isInfinite(round(value)) && !Float.isInfinite(value);
    }

    /** The nearest value this type has; between two, the even one. */
    abstract float round(float value);

    /** Writes values, rounded to the nearest, in the order of the target's bytes from its position 0. */
    abstract void encode(FloatBuffer from, ByteBuffer to);

    /** The value at an index of a buffer that holds nothing else, in the buffer's order of bytes. */
    public abstract float decode(ByteBuffer bytes, int index);
}
