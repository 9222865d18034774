package io.github.residual4j.internal.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * An array about to be written, whatever the file format: its type and shape, and what streams its values out in
 * little-endian C order.
 *
 * @param npyType the type as npy spells it, such as {@code <f4}; empty if npy has none
 * @param safetensorsType the type as safetensors spells it, such as {@code F32}; empty if safetensors has none
 * @param shape the length of each axis
 * @param valueBytes how many bytes one value takes
 */
public record StoredArray(String npyType, String safetensorsType, List<Integer> shape, int valueBytes, Values values) {
    private static final int CHUNK = 1 << 14;

    /** What writes all values; it may be called more than once. */
    @FunctionalInterface
    public interface Values {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Float32 values, those of the parts one after the other; they are not copied as a whole. */
    public static StoredArray floats(List<Integer> shape, List<FloatBuffer> parts) {
        return floats(FloatType.F32, shape, parts);
    }

    /** Values rounded to a type, those of the parts one after the other; they are not copied as a whole. */
    public static StoredArray floats(FloatType type, List<Integer> shape, List<FloatBuffer> parts) {
        String npyType = switch (type) {
            case F32 -> "<f4";
            case F16 -> "<f2";
            case BF16 -> "";
        };
        return new StoredArray(npyType, type.name(), shape, type.bytes(), out -> {
            ByteBuffer bytes = chunk(type.bytes());
            for (FloatBuffer part : parts) {
                for (int at = 0; at < part.remaining(); at += CHUNK) {
                    int n = Math.min(CHUNK, part.remaining() - at);
                    type.encode(part.slice(part.position() + at, n), bytes.clear());
                    out.write(bytes.array(), 0, type.bytes() * n);
                }
            }
        });
    }

    /** Int64 values. */
    public static StoredArray longs(List<Integer> shape, long[] numbers) {
        return new StoredArray("<i8", "I64", shape, Long.BYTES, out -> {
            ByteBuffer bytes = chunk(Long.BYTES);
            for (int at = 0; at < numbers.length; at += CHUNK) {
                int n = Math.min(CHUNK, numbers.length - at);
                bytes.asLongBuffer().put(numbers, at, n);
                out.write(bytes.array(), 0, Long.BYTES * n);
            }
        });
    }

    /** Int64 values of one axis. */
    public static StoredArray longs(long[] numbers) {
        return longs(List.of(numbers.length), numbers);
    }

    /** Float64 values of one axis. */
    public static StoredArray doubles(double[] numbers) {
        return new StoredArray("<f8", "F64", List.of(numbers.length), Double.BYTES, out -> {
            ByteBuffer bytes = chunk(Double.BYTES);
            for (int at = 0; at < numbers.length; at += CHUNK) {
                int n = Math.min(CHUNK, numbers.length - at);
                bytes.asDoubleBuffer().put(numbers, at, n);
                out.write(bytes.array(), 0, Double.BYTES * n);
            }
        });
    }

    /** Unsigned bytes of one axis. */
    public static StoredArray bytes(byte[] bytes) {
        return new StoredArray("|u1", "U8", List.of(bytes.length), 1, out -> out.write(bytes));
    }

    /** Strings of one axis. */
    public static StoredArray strings(List<String> texts) {
        return strings(List.of(texts.size()), texts);
    }

    /** A single string, an array without axes. */
    public static StoredArray string(String text) {
        return strings(List.of(), List.of(text));
    }

    private static StoredArray strings(List<Integer> shape, List<String> texts) {
        int length = texts.stream()
                .mapToInt(t -> t.codePointCount(0, t.length()))
                .max()
                .orElse(0);
        int longest = Math.max(1, length); // NumPy knows no <U0
        return new StoredArray("<U" + longest, "", shape, Math.multiplyExact(4, longest), out -> {
            ByteBuffer bytes = ByteBuffer.allocate(4 * longest).order(ByteOrder.LITTLE_ENDIAN);
            for (String text : texts) {
                bytes.clear();
                text.codePoints().forEach(bytes::putInt);
                while (bytes.hasRemaining()) {
                    bytes.putInt(0);
                }
                out.write(bytes.array());
            }
        });
    }

    private static ByteBuffer chunk(int valueBytes) {
        return ByteBuffer.allocate(valueBytes * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How many bytes all values take. */
    public long byteLength() {
        long count = 1;
        for (int axis : shape) {
            count = Math.multiplyExact(count, (long) axis);
        }
        return Math.multiplyExact(count, (long) valueBytes);
    }

    /** The npy header that announces the values. */
    public byte[] npyHeader() {
        return new NpyHeader(npyType, false, shape).toBytes();
    }
}
