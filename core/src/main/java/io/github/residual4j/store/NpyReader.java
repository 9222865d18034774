package io.github.residual4j.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads the values of one npy array from a stream, converted to float, long or String. Every failure is an IOException
 * whose message says what is wrong with the array.
 */
final class NpyReader {
    private static final Set<String> FLOATS = Set.of("f2", "f4", "f8");
    private static final Set<String> INTEGERS = Set.of("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8");
    private static final int CHUNK = 1 << 14;

    private final InputStream in;
    private final long size;
    private final NpyHeader header;
    private final String type; // the descr without its byte order
    private final ByteOrder order;

    /**
     * @param in the array's bytes
     * @param size how many bytes there are, header included
     */
    NpyReader(InputStream in, long size) throws IOException {
        this.in = in;
        this.size = size;
        header = NpyHeader.read(in);
        String descr = header.descr();
        boolean marked = !descr.isEmpty() && "<>|=".indexOf(descr.charAt(0)) >= 0;
        type = marked ? descr.substring(1) : descr;
        order = descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    NpyHeader header() {
        return header;
    }

    /** Whether the values are floating-point numbers of a kind that can be read. */
    boolean isFloat() {
        return FLOATS.contains(type);
    }

    /**
     * All values as float32 in C order, split along the first axis: {@code [shape[0]][rest]}.
     *
     * @throws IOException also if a finite value does not fit float32
     */
    float[][] floatRows() throws IOException {
        return floats(header.shape().get(0));
    }

    /** All values as float32 in C order. */
    float[] floats() throws IOException {
        return floats(1)[0];
    }

    private float[][] floats(int rows) throws IOException {
        if (!isFloat()) {
            throw new IOException("its values are \"" + header.descr() + "\"; expected <f2, <f4, <f8, >f4 or >f8");
        }
        long count = count(type.charAt(1) - '0');
        long length = count / rows;
        if (length > Integer.MAX_VALUE - 8) {
            throw new IOException("its shape " + header.shape() + " holds more values than a Java array takes");
        }
        float[][] values = new float[rows][(int) length];
        if (header.fortranOrder()) {
            scatterFortran(values, count);
            return values;
        }
        for (float[] row : values) {
            for (int at = 0; at < length; at += CHUNK) {
                readFloats(row, at, (int) Math.min(CHUNK, length - at));
            }
        }
        return values;
    }

    /** Values arrive with the first index running fastest and are put where C order wants them. */
    private void scatterFortran(float[][] values, long count) throws IOException {
        List<Integer> shape = header.shape();
        long[] stride = new long[shape.size()];
        long product = 1;
        for (int axis = shape.size() - 1; axis >= 0; axis--) {
            stride[axis] = product;
            product *= shape.get(axis);
        }
        int[] index = new int[shape.size()];
        long offset = 0;
        float[] chunk = new float[CHUNK];
        for (long done = 0; done < count; done += CHUNK) {
            int n = (int) Math.min(CHUNK, count - done);
            readFloats(chunk, 0, n);
            for (int i = 0; i < n; i++) {
                values[(int) (offset / values[0].length)][(int) (offset % values[0].length)] = chunk[i];
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
    }

    private void readFloats(float[] into, int at, int n) throws IOException {
        switch (type) {
            case "f4" -> bytes(n, 4).asFloatBuffer().get(into, at, n);
            case "f2" -> {
                ByteBuffer bytes = bytes(n, 2);
                for (int i = 0; i < n; i++) {
                    into[at + i] = Float16.toFloat(bytes.getShort());
                }
            }
            default -> {
                ByteBuffer bytes = bytes(n, 8);
                for (int i = 0; i < n; i++) {
                    double value = bytes.getDouble();
                    into[at + i] = (float) value;
                    if (Float.isInfinite(into[at + i]) && !Double.isInfinite(value)) {
                        throw new IOException("it holds " + value + ", which is beyond float32");
                    }
                }
            }
        }
    }

    /** All values of a one-dimensional array of integers of any width. */
    long[] longs() throws IOException {
        if (!INTEGERS.contains(type)) {
            throw new IOException("its values are \"" + header.descr() + "\"; expected integers, such as <i8");
        }
        requireOneAxis();
        int width = type.charAt(1) - '0';
        long[] values = new long[(int) count(width)];
        for (int at = 0; at < values.length; at += CHUNK) {
            int n = Math.min(CHUNK, values.length - at);
            ByteBuffer bytes = bytes(n, width);
            for (int i = 0; i < n; i++) {
                values[at + i] = integer(bytes, width);
            }
        }
        return values;
    }

    private long integer(ByteBuffer bytes, int width) throws IOException {
        boolean unsigned = type.charAt(0) == 'u';
        switch (width) {
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
    double[] doubles() throws IOException {
        if (!type.equals("f8")) {
            throw new IOException("its values are \"" + header.descr() + "\"; expected <f8");
        }
        requireOneAxis();
        double[] values = new double[(int) count(8)];
        for (int at = 0; at < values.length; at += CHUNK) {
            int n = Math.min(CHUNK, values.length - at);
            bytes(n, 8).asDoubleBuffer().get(values, at, n);
        }
        return values;
    }

    /** All values of an array of strings with at most one axis. */
    List<String> strings() throws IOException {
        if (!type.matches("U[0-9]{1,9}")) {
            throw new IOException("its values are \"" + header.descr() + "\"; expected strings, such as <U19");
        }
        if (!header.shape().isEmpty()) {
            requireOneAxis();
        }
        int length = Integer.parseInt(type.substring(1));
        long count = count(4L * length);
        List<String> values = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            values.add(string(length));
        }
        return values;
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

    /** The number of values; refused before any memory is taken for them when the file is too short. */
    private long count(long width) throws IOException {
        long count = header.count();
        if (count > size / Math.max(1, width)) {
            throw new EOFException("it ends before the " + count + " values of its shape " + header.shape());
        }
        return count;
    }

    private void requireOneAxis() throws IOException {
        if (header.shape().size() != 1) {
            throw new IOException("its shape is " + header.shape() + "; expected one axis");
        }
    }

    private ByteBuffer bytes(int count, int width) throws IOException {
        byte[] bytes = in.readNBytes(count * width);
        if (bytes.length < count * width) {
            throw new EOFException("it ends before the " + header.count() + " values of its shape " + header.shape());
        }
        return ByteBuffer.wrap(bytes).order(order);
    }
}
