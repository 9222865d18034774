package io.github.residual4j.internal.io;

import io.github.residual4j.error.BadFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named arrays of one axis to be kept in one npz file, which NumPy reads as well. Immutable once written; filled by its
 * {@code put} methods before.
 */
public final class NumberArchive {
    private final Map<String, StoredArray> arrays = new LinkedHashMap<>();

    /**
     * Adds float64 numbers.
     *
     * @param name the array's name
     * @param numbers its values
     * @return this archive
     */
    public NumberArchive put(String name, double[] numbers) {
        arrays.put(name, StoredArray.doubles(numbers));
        return this;
    }

    /**
     * Adds float32 numbers.
     *
     * @param name the array's name
     * @param numbers its values
     * @return this archive
     */
    public NumberArchive put(String name, float[] numbers) {
        arrays.put(name, StoredArray.floats(List.of(numbers.length), List.of(FloatBuffer.wrap(numbers))));
        return this;
    }

    /**
     * Adds int64 numbers.
     *
     * @param name the array's name
     * @param numbers its values
     * @return this archive
     */
    public NumberArchive put(String name, long... numbers) {
        arrays.put(name, StoredArray.longs(numbers));
        return this;
    }

    /**
     * Adds bytes.
     *
     * @param name the array's name
     * @param bytes its bytes
     * @return this archive
     */
    public NumberArchive put(String name, byte[] bytes) {
        arrays.put(name, StoredArray.bytes(bytes));
        return this;
    }

    /**
     * Adds strings.
     *
     * @param name the array's name
     * @param texts its strings
     * @return this archive
     */
    public NumberArchive put(String name, List<String> texts) {
        arrays.put(name, StoredArray.strings(texts));
        return this;
    }

    /**
     * Writes all arrays to a file, whole or not at all.
     *
     * @param file where to
     * @throws BadFileException if it cannot be written
     */
    public void save(Path file) {
        try (StagedFile stage = StagedFile.write(file, this::writeTo)) {
            stage.publish();
        } catch (IOException e) {
            throw new BadFileException(file, "it cannot be written (" + StagedFile.reason(e) + ").", e);
        }
    }

    /** {@return the bytes of the file that {@link #save(Path)} writes} */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory does not fail to be written", e);
        }
        return bytes.toByteArray();
    }

    private void writeTo(OutputStream out) throws IOException {
        try (NpzWriter npz = new NpzWriter(out)) {
            for (Map.Entry<String, StoredArray> array : arrays.entrySet()) {
                npz.write(array.getKey(), array.getValue());
            }
        }
    }

    /** An archive being read. */
    public static final class Reader implements AutoCloseable {
        private final Collection<String> names;
        private final Arrays arrays;
        private final Runnable closing;

        private interface Arrays {
            <T> T read(String name, ArrayReader.Decoder<T> decoder);
        }

        /**
         * Opens a file.
         *
         * @param file the file
         * @throws BadFileException if it is missing or no npz
         */
        public Reader(Path file) {
            NpzReader npz = new NpzReader(file);
            names = npz.names();
            arrays = npz::read;
            closing = npz::close;
        }

        /**
         * Opens what {@link NumberArchive#toBytes()} gave.
         *
         * @param name what error messages call it
         * @param bytes the bytes
         * @throws BadFileException if they are no npz
         */
        public Reader(Path name, byte[] bytes) {
            NpzBytes npz = new NpzBytes(name, bytes);
            names = npz.names();
            arrays = npz::read;
            closing = () -> {};
        }

        /**
         * {@return whether there is an array of a name}
         *
         * @param name the array's name
         */
        public boolean has(String name) {
            return names.contains(name);
        }

        /**
         * {@return Float64 numbers}
         *
         * @param name the array's name
         * @param expected how many there must be
         * @throws BadFileException if they are missing, damaged or of another number than expected
         */
        public double[] doubles(String name, int expected) {
            return arrays.read(name, array -> {
                double[] numbers = array.doubles();
                require(expected, numbers.length);
                return numbers;
            });
        }

        /**
         * {@return Float32 numbers}
         *
         * @param name the array's name
         * @param expected how many there must be
         * @throws BadFileException if they are missing, damaged or of another number than expected
         */
        public float[] floats(String name, int expected) {
            return arrays.read(name, array -> {
                if (!array.shape().equals(List.of(expected))) {
                    throw new IOException("its shape is " + array.shape() + "; expected [" + expected + "]");
                }
                float[] numbers = new float[expected];
                array.floats(List.of(FloatBuffer.wrap(numbers)));
                return numbers;
            });
        }

        /**
         * {@return Int64 numbers}
         *
         * @param name the array's name
         * @param expected how many there must be
         * @throws BadFileException if they are missing, damaged or of another number than expected
         */
        public long[] longs(String name, int expected) {
            return arrays.read(name, array -> {
                long[] numbers = array.longs();
                require(expected, numbers.length);
                return numbers;
            });
        }

        /**
         * {@return Int64 numbers, however many there are}
         *
         * @param name the array's name
         * @throws BadFileException if they are missing or damaged
         */
        public long[] longs(String name) {
            return arrays.read(name, ArrayReader::longs);
        }

        /**
         * {@return bytes}
         *
         * @param name the array's name
         * @throws BadFileException if they are missing or damaged
         */
        public byte[] bytes(String name) {
            return arrays.read(name, array -> {
                long[] numbers = array.longs();
                byte[] bytes = new byte[numbers.length];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) numbers[i];
                }
                return bytes;
            });
        }

        /**
         * {@return strings}
         *
         * @param name the array's name
         * @throws BadFileException if they are missing or damaged
         */
        public List<String> strings(String name) {
            return arrays.read(name, ArrayReader::strings);
        }

        private static void require(int expected, int found) throws IOException {
            if (expected != found) {
                throw new IOException("it holds " + found + " numbers; expected " + expected);
            }
        }

        @Override
        public void close() {
            closing.run();
        }
    }
}
