package io.github.residual4j.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** An array about to be written as npy: its header, and what streams its values out in little-endian C order. */
final class NpyArray {
    private static final int CHUNK = 1 << 14;

    private final byte[] header;
    private final long valueBytes;
    private final Values values;

    private NpyArray(NpyHeader header, long valueBytes, Values values) {
        this.header = header.toBytes();
        this.valueBytes = valueBytes;
        this.values = values;
    }

    @FunctionalInterface
    private interface Values {
        void writeTo(OutputStream out) throws IOException;
    }

    /** A float32 array whose values are those of the parts, one after the other; they are not copied as a whole. */
    static NpyArray floats(List<Integer> shape, List<FloatBuffer> parts) {
        long count = parts.stream().mapToLong(FloatBuffer::remaining).sum();
        return new NpyArray(new NpyHeader("<f4", false, shape), 4 * count, out -> {
            ByteBuffer bytes = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
            for (FloatBuffer part : parts) {
                for (int at = 0; at < part.remaining(); at += CHUNK) {
                    int n = Math.min(CHUNK, part.remaining() - at);
                    bytes.asFloatBuffer().put(part.slice(part.position() + at, n));
                    out.write(bytes.array(), 0, 4 * n);
                }
            }
        });
    }

    /** An int64 array of one axis. */
    static NpyArray longs(long[] numbers) {
        return new NpyArray(new NpyHeader("<i8", false, List.of(numbers.length)), 8L * numbers.length, out -> {
            ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(numbers);
            out.write(bytes.array());
        });
    }

    /** A float64 array of one axis. */
    static NpyArray doubles(double[] numbers) {
        return new NpyArray(new NpyHeader("<f8", false, List.of(numbers.length)), 8L * numbers.length, out -> {
            ByteBuffer bytes = ByteBuffer.allocate(8 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = 0; at < numbers.length; at += CHUNK) {
                int n = Math.min(CHUNK, numbers.length - at);
                bytes.asDoubleBuffer().put(numbers, at, n);
                out.write(bytes.array(), 0, 8 * n);
            }
        });
    }

    /** An array of unsigned bytes of one axis. */
    static NpyArray bytes(byte[] bytes) {
        return new NpyArray(new NpyHeader("|u1", false, List.of(bytes.length)), bytes.length, out -> out.write(bytes));
    }

    /** An array of strings of one axis. */
    static NpyArray strings(List<String> texts) {
        return strings(List.of(texts.size()), texts);
    }

    /** A single string, an array without axes. */
    static NpyArray string(String text) {
        return strings(List.of(), List.of(text));
    }

    private static NpyArray strings(List<Integer> shape, List<String> texts) {
        int length = texts.stream()
                .mapToInt(t -> t.codePointCount(0, t.length()))
                .max()
                .orElse(0);
        int longest = Math.max(1, length); // NumPy knows no <U0
        return new NpyArray(new NpyHeader("<U" + longest, false, shape), 4L * longest * texts.size(), out -> {
            for (String text : texts) {
                ByteBuffer bytes = ByteBuffer.allocate(4 * longest).order(ByteOrder.LITTLE_ENDIAN);
                text.codePoints().forEach(bytes::putInt);
                out.write(bytes.array());
            }
        });
    }

    /** Header and values together, in bytes. */
    long size() {
        return header.length + valueBytes;
    }

    /** Writes header and values. */
    void writeTo(OutputStream out) throws IOException {
        out.write(header);
        values.writeTo(out);
    }
}
