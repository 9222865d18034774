package io.github.residual4j.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files beyond the 4 GiB at which a zip needs its 64-bit form. Nearly all values are zero and stay holes on the disk. */
@Tag("slow")
@Tag("any-kernels")
class BeyondFourGibibytesTest {
    private static final int POINTS = 1100;
    private static final int VALUES = 1 << 20; // of one point, 4 MiB
    private static final long[] IDS = {7, 1L << 40};

    @TempDir
    private Path temp;

    /** Leaves pieces that hold only zeros out, so that they become holes. */
    private static final class SparseFile extends OutputStream {
        private final RandomAccessFile file;

        SparseFile(Path path) throws IOException {
            file = new RandomAccessFile(path.toFile(), "rw");
        }

        @Override
        public void write(int b) throws IOException {
            file.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            for (int i = from; i < from + length; i++) {
                if (bytes[i] != 0) {
                    file.write(bytes, from, length);
                    return;
                }
            }
            file.seek(file.getFilePointer() + length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Every point is zero but for its first and last value, which tell its number. */
    private static StoredArray states() {
        List<FloatBuffer> points = new AbstractList<>() {
            private final float[] values = new float[VALUES];

            @Override
            public FloatBuffer get(int point) {
                values[0] = point;
                values[VALUES - 1] = -point;
                return FloatBuffer.wrap(values);
            }

            @Override
            public int size() {
                return POINTS;
            }
        };
        return StoredArray.floats(List.of(POINTS, 1, 1024, 1024), points);
    }

    /** Room for one point at a time; the one before is checked when the next is asked for. */
    private static final class CheckedPoints extends AbstractList<FloatBuffer> implements RandomAccess {
        private final float[] values = new float[VALUES];
        private int next;

        @Override
        public FloatBuffer get(int point) {
            assertThat(point).isEqualTo(next);
            check();
            next++;
            Arrays.fill(values, 5);
            return FloatBuffer.wrap(values);
        }

        void check() {
            if (next > 0) {
                assertThat(values[0]).isEqualTo(next - 1);
                assertThat(values[VALUES - 1]).isEqualTo(1 - next);
                for (int i = 1; i < VALUES - 1; i++) {
                    if (values[i] != 0) {
                        throw new AssertionError("value " + i + " of point " + (next - 1) + " is " + values[i]);
                    }
                }
            }
        }

        @Override
        public int size() {
            return POINTS;
        }
    }

    private static Object readAll(ArrayReader array) throws IOException {
        CheckedPoints points = new CheckedPoints();
        array.floats(points);
        points.check();
        return points.next;
    }

    @Test
    void anNpzInZip64Form() throws IOException {
        Path file = temp.resolve("big.npz");
        try (OutputStream out = new BufferedOutputStream(new SparseFile(file), 1 << 16);
                NpzWriter npz = new NpzWriter(out)) {
            npz.write("hidden_states", states());
            npz.write("token_ids", StoredArray.longs(IDS));
        }
        assertThat(Files.size(file)).isGreaterThan(4L << 30);
        try (NpzReader npz = new NpzReader(file)) {
            assertThat(npz.<Object>read("hidden_states", BeyondFourGibibytesTest::readAll))
                    .isEqualTo(POINTS);
            assertThat(npz.read("token_ids", ArrayReader::longs)).isEqualTo(IDS);
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            StoredEntries stored = new StoredEntries(
                    FileSection.mapped(file), Files.size(file), zip.stream().toList());
            assertThat(stored.offset(zip.getEntry("token_ids.npy"))).isGreaterThan(4L << 30);
        }
    }

    @Test
    void aSafetensorsFile() throws IOException {
        Path file = temp.resolve("big.safetensors");
        try (OutputStream out = new BufferedOutputStream(new SparseFile(file), 1 << 16)) {
            SafetensorsWriter writer = new SafetensorsWriter().put("hidden_states", states());
            for (int i = 0; i < IDS.length; i++) {
                writer.put(
                        "id" + i,
                        StoredArray.floats(
                                FloatType.F16,
                                List.of(1),
                                List.of(FloatBuffer.allocate(1).put(0, i + 1))));
            }
            writer.writeTo(out);
        }
        SafetensorsFile read = SafetensorsFile.open(file);
        assertThat(read.<Object>read("hidden_states", BeyondFourGibibytesTest::readAll))
                .isEqualTo(POINTS);
        assertThat(read.floats("id1").get(0)).isEqualTo(2);
    }
}
