package io.github.residual4j.internal.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the values of one array, converted to float, long, double or String. Every failure is an IOException whose
 * message says what is wrong with the array.
 */
public final class ArrayReader {
    private static final Set<String> FLOATS = Set.of("f2", "f4", "f8", "bf2");
    private static final Set<String> INTEGERS = Set.of("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8");
    private static final Map<String, String> SAFETENSORS_TYPES = Map.ofEntries(
            Map.entry("F16", "f2"),
            Map.entry("BF16", "bf2"),
            Map.entry("F32", "f4"),
            Map.entry("F64", "f8"),
            Map.entry("I8", "i1"),
            Map.entry("I16", "i2"),
            Map.entry("I32", "i4"),
            Map.entry("I64", "i8"),
            Map.entry("U8", "u1"),
            Map.entry("U16", "u2"),
            Map.entry("U32", "u4"),
            Map.entry("U64", "u8"));
    private static final int CHUNK = 1 << 14;

    private final ArrayBytes values;
    private final String type; // such as f4, as NumPy spells it without a byte order; bf2 is bfloat16
    private final String spelling; // as the file spells it
    private final boolean fortranOrder;

    private ArrayReader(ArrayBytes values, String type, String spelling, boolean fortranOrder) {
        this.values = values;
        this.type = type;
        this.spelling = spelling;
        this.fortranOrder = fortranOrder;
    }

    /**
     * An array whose bytes begin with its npy header.
     *
     * @param size how many bytes there are, header included
     */
    public static ArrayReader npy(ByteSource in, long size) throws IOException {
        NpyHeader header = NpyHeader.read(in);
        ArrayBytes values = new ArrayBytes(in, size, header.order(), header.shape());
        return new ArrayReader(values, header.type(), header.descr(), header.fortranOrder());
    }

    /** An array of a safetensors file. */
    public static ArrayReader safetensors(ByteSource in, SafetensorsEntry entry) throws IOException {
        List<Integer> shape = new ArrayList<>();
        for (long axis : entry.shape()) {
            if (axis > Integer.MAX_VALUE) {
                throw new IOException("its shape " + entry.shape() + " has an axis longer than 2^31");
            }
            shape.add((int) axis);
        }
        String type = SAFETENSORS_TYPES.getOrDefault(entry.type(), entry.type());
        ArrayBytes values = new ArrayBytes(in, entry.byteLength(), ByteOrder.LITTLE_ENDIAN, shape);
        return new ArrayReader(values, type, entry.type(), false);
    }

    /** What turns an array into the values wanted. */
    @FunctionalInterface
    public interface Decoder<T> {
        T decode(ArrayReader array) throws IOException;
    }

    /** The length of each axis. */
    public List<Integer> shape() {
        return values.shape();
    }

    /** The values' type as the file spells it. */
    public String spelling() {
        return spelling;
    }

    /** Whether the values are floating-point numbers of a kind that can be read. */
    public boolean isFloat() {
        return FLOATS.contains(type);
    }

    /** Refuses, before any memory is taken, an array that holds no floats or fewer than its shape says. */
    public void requireFloats() throws IOException {
        if (!isFloat()) {
            throw new IOException("its values are \"" + spelling + "\"; expected float16, float32 or float64");
        }
        values.count(width());
    }

    /**
     * Writes all values as float32 in C order, split along the first axis.
     *
     * @param rows as many as the first axis is long, or one for all, each with room for its values
     * @throws IOException also if a finite value does not fit float32
     */
    public void floats(List<FloatBuffer> rows) throws IOException {
        requireFloats();
        if (fortranOrder) {
            scatterFortran(rows);
            return;
        }
        for (FloatBuffer row : rows) {
            while (row.hasRemaining()) {
                readFloats(row, Math.min(CHUNK, row.remaining()));
            }
        }
    }

    private void scatterFortran(List<FloatBuffer> rows) throws IOException {
        FortranOrder order = new FortranOrder(shape(), rows);
        FloatBuffer chunk = FloatBuffer.allocate(CHUNK);
        long count = values.count(width());
        for (long done = 0; done < count; done += CHUNK) {
            readFloats(chunk.clear(), (int) Math.min(CHUNK, count - done));
            order.put(chunk);
        }
        rows.forEach(row -> row.position(row.limit()));
    }

    private void readFloats(FloatBuffer into, int n) throws IOException {
        ByteBuffer bytes = values.next(n, width());
        switch (type) {
            case "f4" -> into.put(bytes.asFloatBuffer());
            case "f2" -> {
                for (int i = 0; i < n; i++) {
                    into.put(Float16.toFloat(bytes.getShort()));
                }
            }
            case "bf2" -> {
                for (int i = 0; i < n; i++) {
                    into.put(BFloat16.toFloat(bytes.getShort()));
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    double value = bytes.getDouble();
                    if (Float.isInfinite((float) value) && !Double.isInfinite(value)) {
                        throw new IOException("it holds " + value + ", which is beyond float32");
                    }
                    into.put((float) value);
                }
            }
        }
    }

    /** All values of a one-dimensional array of integers of any width. */
    public long[] longs() throws IOException {
        if (!INTEGERS.contains(type)) {
            throw new IOException("its values are \"" + spelling + "\"; expected integers, such as int64");
        }
        long[] all = new long[values.oneAxis(width())];
        for (int at = 0; at < all.length; at += CHUNK) {
            int n = Math.min(CHUNK, all.length - at);
            ByteBuffer bytes = values.next(n, width());
            for (int i = 0; i < n; i++) {
                all[at + i] = integer(bytes);
            }
        }
        return all;
    }

    private long integer(ByteBuffer bytes) throws IOException {
        boolean unsigned = type.charAt(0) == 'u';
        switch (width()) {
            case 1 -> {
                byte value = bytes.get();
                return unsigned ? Byte.toUnsignedLong(value) : value;
            }
            case 2 -> {
                short value = bytes.getShort();
                return unsigned ? Short.toUnsignedLong(value) : value;
            }
            case 4 -> {
                int value = bytes.getInt();
                return unsigned ? Integer.toUnsignedLong(value) : value;
            }
            default -> {
                long value = bytes.getLong();
                if (unsigned && value < 0) {
                    throw new IOException("it holds " + Long.toUnsignedString(value) + ", which is beyond 2^63");
                }
                return value;
            }
        }
    }

    /** All values of a one-dimensional array of float64. */
    public double[] doubles() throws IOException {
        if (!type.equals("f8")) {
            throw new IOException("its values are \"" + spelling + "\"; expected float64");
        }
        double[] all = new double[values.oneAxis(Double.BYTES)];
        for (int at = 0; at < all.length; at += CHUNK) {
            int n = Math.min(CHUNK, all.length - at);
            values.next(n, Double.BYTES).asDoubleBuffer().get(all, at, n);
        }
        return all;
    }

    /** All values of an array of strings, or of bytes that are UTF-8, with at most one axis. */
    public List<String> strings() throws IOException {
        if (!type.matches("[US][0-9]{1,9}")) {
            throw new IOException("its values are \"" + spelling + "\"; expected strings, such as <U19");
        }
        int length = Integer.parseInt(type.substring(1));
        return type.startsWith("S") ? ArrayStrings.utf8(values, length) : ArrayStrings.codePoints(values, length);
    }

    /** How many bytes a number takes. */
    private int width() {
        return type.charAt(type.length() - 1) - '0';
    }
}
