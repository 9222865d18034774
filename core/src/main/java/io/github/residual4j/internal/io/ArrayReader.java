package io.github.residual4j.internal.io;

import io.github.residual4j.internal.text.Counted;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

    private final ByteSource in;
    private final long size;
    private final String type; // such as f4, as NumPy spells it without a byte order; bf2 is bfloat16
    private final String spelling; // as the file spells it
    private final ByteOrder order;
    private final boolean fortranOrder;
    private final List<Integer> shape;

    private ArrayReader(
            ByteSource in,
            long size,
            String type,
            String spelling,
            ByteOrder order,
            boolean fortranOrder,
            List<Integer> shape) {
        this.in = in;
        this.size = size;
        this.type = type;
        this.spelling = spelling;
        this.order = order;
        this.fortranOrder = fortranOrder;
        this.shape = shape;
    }

    /**
     * An array whose bytes begin with its npy header.
     *
     * @param size how many bytes there are, header included
     */
    public static ArrayReader npy(ByteSource in, long size) throws IOException {
        NpyHeader header = NpyHeader.read(in);
        return new ArrayReader(
                in, size, header.type(), header.descr(), header.order(), header.fortranOrder(), header.shape());
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
        return new ArrayReader(in, entry.byteLength(), type, entry.type(), ByteOrder.LITTLE_ENDIAN, false, shape);
    }

    /** What turns an array into the values wanted. */
    @FunctionalInterface
    public interface Decoder<T> {
        T decode(ArrayReader array) throws IOException;
    }

    /** The length of each axis. */
    public List<Integer> shape() {
        return shape;
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
        count(width());
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

    /** Values arrive with the first index running fastest and are put where C order wants them. */
    private void scatterFortran(List<FloatBuffer> rows) throws IOException {
        long[] stride = new long[shape.size()];
        long count = 1;
        for (int axis = shape.size() - 1; axis >= 0; axis--) {
            stride[axis] = count;
            count *= shape.get(axis);
        }
        int[] index = new int[shape.size()];
        long offset = 0;
        int length = rows.get(0).remaining();
        FloatBuffer chunk = FloatBuffer.allocate(CHUNK);
        for (long done = 0; done < count; done += CHUNK) {
            int n = (int) Math.min(CHUNK, count - done);
            readFloats(chunk.clear(), n);
            for (int i = 0; i < n; i++) {
                rows.get((int) (offset / length)).put((int) (offset % length), chunk.get(i));
                for (int axis = 0; axis < index.length; axis++) {
                    offset += stride[axis];
                    if (++index[axis] < shape.get(axis)) {
                        break;
                    }
                    offset -= stride[axis] * index[axis];
                    index[axis] = 0;
                }
            }
        }
        rows.forEach(row -> row.position(row.limit()));
    }

    private void readFloats(FloatBuffer into, int n) throws IOException {
        ByteBuffer bytes = bytes(n, width());
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
        long[] values = new long[oneAxis(width())];
        for (int at = 0; at < values.length; at += CHUNK) {
            int n = Math.min(CHUNK, values.length - at);
            ByteBuffer bytes = bytes(n, width());
            for (int i = 0; i < n; i++) {
                values[at + i] = integer(bytes);
            }
        }
        return values;
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
        double[] values = new double[oneAxis(Double.BYTES)];
        for (int at = 0; at < values.length; at += CHUNK) {
            int n = Math.min(CHUNK, values.length - at);
            bytes(n, Double.BYTES).asDoubleBuffer().get(values, at, n);
        }
        return values;
    }

    /** All values of an array of strings, or of bytes that are UTF-8, with at most one axis. */
    public List<String> strings() throws IOException {
        if (!type.matches("[US][0-9]{1,9}")) {
            throw new IOException("its values are \"" + spelling + "\"; expected strings, such as <U19");
        }
        boolean bytes = type.startsWith("S");
        int length = Integer.parseInt(type.substring(1));
        int count = shape.isEmpty() ? 1 : oneAxis(bytes ? length : 4L * length);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(bytes ? utf8(length) : string(length));
        }
        return values;
    }

    private String utf8(int length) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int done = 0; done < length; done += CHUNK) {
            ByteBuffer bytes = bytes(Math.min(CHUNK, length - done), 1);
            while (bytes.hasRemaining()) {
                all.write(bytes.get());
            }
        }
        byte[] padded = all.toByteArray();
        int end = padded.length;
        while (end > 0 && padded[end - 1] == 0) { // as NumPy pads
            end--;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(padded, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("it holds a string of bytes that is not UTF-8", e);
        }
    }

    private String string(int length) throws IOException {
        StringBuilder text = new StringBuilder();
        int end = 0; // NumPy pads with NUL, which therefore no string ends with
        for (int done = 0; done < length; done += CHUNK) {
            ByteBuffer bytes = bytes(Math.min(CHUNK, length - done), 4);
            while (bytes.hasRemaining()) {
                int codePoint = bytes.getInt();
                if (!Character.isValidCodePoint(codePoint)) {
                    throw new IOException(
                            "it holds " + Integer.toUnsignedString(codePoint) + ", which is no character");
                }
                text.appendCodePoint(codePoint);
                end = codePoint == 0 ? end : text.length();
            }
        }
        return text.substring(0, end);
    }

    /** How many bytes a number takes. */
    private int width() {
        return type.charAt(type.length() - 1) - '0';
    }

    private int oneAxis(long width) throws IOException {
        if (shape.size() != 1) {
            throw new IOException("its shape is " + shape + "; expected one axis");
        }
        return (int) count(width);
    }

    /** The number of values; refused before any memory is taken for them when the file is too short. */
    private long count(long width) throws IOException {
        long count = 1;
        try {
            for (int axis : shape) {
                count = Math.multiplyExact(count, (long) axis);
            }
        } catch (ArithmeticException e) {
            throw new IOException("its shape " + shape + " holds more values than can be counted", e);
        }
        if (count > size / Math.max(1, width)) {
            throw tooShort();
        }
        return count;
    }

    private ByteBuffer bytes(int count, int width) throws IOException {
        ByteBuffer bytes = in.next(count * width);
        if (bytes.remaining() < count * width) {
            throw tooShort();
        }
        return bytes.order(order);
    }

    private EOFException tooShort() {
        long count = shape.stream().mapToLong(axis -> axis).reduce(1, (a, b) -> a * b);
        return new EOFException("it ends before the " + Counted.of(count, "value") + " of its shape " + shape);
    }
}
