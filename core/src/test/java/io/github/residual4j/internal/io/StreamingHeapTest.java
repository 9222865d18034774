package io.github.residual4j.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.SessionFormat;
import io.github.residual4j.TestSessions;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.StreamPoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What saving and loading take from the heap, as the JVM counts it for the thread that does it. */
@Tag("any-kernels")
class StreamingHeapTest {
    private static final long BUFFERS = 2 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final ActivationSession SESSION = session(9, 256, 768, 2_000_000);
    private static final long SESSION_BYTES = 4L * (9 * 256 * 768 + 2_000_000);

    @TempDir
    private Path temp;

    private static ActivationSession session(int points, int tokens, int width, int more) {
        List<String> names = IntStream.range(0, points)
                .mapToObj(i -> StreamPoint.canonical(i).name())
                .toList();
        return ActivationSession.builder()
                .points(names, tokens, width, states -> states.forEach(StreamingHeapTest::count))
                .array("more", FloatTensor.filled(StreamingHeapTest::count, more))
                .build();
    }

    private static void count(FloatBuffer values) {
        for (int i = 0; values.hasRemaining(); i++) {
            values.put(i);
        }
    }

    /** What some work allocates, in a pool of one thread, so that none of it is done by another. */
    private static long allocatedBy(Runnable work) {
        ForkJoinPool pool = new ForkJoinPool(1);
        try {
            return pool.submit(() -> {
                        long before = THREADS.getCurrentThreadAllocatedBytes();
                        work.run();
                        return THREADS.getCurrentThreadAllocatedBytes() - before;
                    })
                    .join();
        } finally {
            pool.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void savingTakesBuffersAndLoadingTheSessionAndBuffers(SessionFormat format) {
        Path warm = temp.resolve("warm"); // classes are loaded and linked here
        session(3, 2, 2, 2).save(warm, format);
        ActivationSession.load(warm);

        Path folder = temp.resolve("session");
        long saving = allocatedBy(() -> SESSION.save(folder, format));
        ActivationSession[] loaded = new ActivationSession[1];
        long loading = allocatedBy(() -> loaded[0] = ActivationSession.load(folder));
        assertThat(loaded[0]).isEqualTo(SESSION);
        assertThat(saving).isLessThan(BUFFERS);
        assertThat(loading).isBetween(SESSION_BYTES, SESSION_BYTES + BUFFERS);
    }

    @Test
    void aDeflatedFileIsStreamedAsWell() throws IOException {
        SESSION.save(temp);
        Path npz = temp.resolve("tensors.npz");
        deflate(npz);
        long loading =
                allocatedBy(() -> assertThat(ActivationSession.load(temp)).isEqualTo(SESSION));
        assertThat(loading).isBetween(SESSION_BYTES, SESSION_BYTES + BUFFERS);
    }

    private static void deflate(Path npz) throws IOException {
        Path deflated = npz.resolveSibling("deflated");
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(npz));
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(deflated))) {
            out.setLevel(1);
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                in.transferTo(out);
            }
        }
        Files.move(deflated, npz, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aZipBombIsRefusedBeforeItUnfolds() throws IOException {
        // 256 MiB of zeros, deflated to about a thousandth, under a header that makes them states.
        byte[] header = new NpyHeader("<f4", false, List.of(1, 1, 65536, 1024)).toBytes();
        Path npz = temp.resolve("tensors.npz");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(npz))) {
            out.putNextEntry(new ZipEntry("hidden_states.npy"));
            out.write(header);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++) {
                out.write(zeros);
            }
            out.putNextEntry(new ZipEntry("layer_names.npy"));
            out.write(StoredArray.strings(List.of("x")).npyHeader());
            StoredArray.strings(List.of("x")).values().writeTo(out);
            out.putNextEntry(new ZipEntry("config_json.npy"));
            out.write(StoredArray.string("{}").npyHeader());
            StoredArray.string("{}").values().writeTo(out);
        }
        assertThat(Files.size(npz)).isLessThan(300_000);
        long allocated = allocatedBy(() -> assertThatThrownBy(() -> ActivationSession.load(temp))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(npz + ": its arrays claim to hold 268435")
                .hasMessageContaining("write them without compression"));
        assertThat(allocated).isLessThan(8 << 20);
    }

    /** A stored entry is mapped even where other writers left extra fields, as NumPy does. */
    @Test
    void storedEntriesAreFoundWhereNumPyPutsThem() throws IOException {
        for (String name : List.of("npz/states-le-f4.npz", "npz/names-be.npz", "reference/paris/tensors.npz")) {
            Path npz = TestSessions.resource(name);
            byte[] all = Files.readAllBytes(npz);
            try (ZipFile zip = new ZipFile(npz.toFile())) {
                List<? extends ZipEntry> entries = zip.stream().toList();
                StoredEntries stored = new StoredEntries(FileSection.mapped(npz), all.length, entries);
                for (ZipEntry entry : entries) {
                    int offset = (int) stored.offset(entry);
                    assertThat(offset).as(name + " " + entry).isPositive();
                    assertThat(ByteBuffer.wrap(all, offset, (int) entry.getSize()))
                            .isEqualTo(ByteBuffer.wrap(zip.getInputStream(entry).readAllBytes()));
                }
            }
        }
    }

    @Test
    void whatPrecedesTheZipOrFollowsItsEntriesDoesNotMislead() throws IOException {
        SESSION.save(temp);
        Path npz = temp.resolve("tensors.npz");
        byte[] zip = Files.readAllBytes(npz);
        ByteArrayOutputStream shifted = new ByteArrayOutputStream();
        shifted.write("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII)); // as self-extracting archives begin
        shifted.write(zip);
        Files.write(npz, shifted.toByteArray());
        assertThat(ActivationSession.load(temp)).isEqualTo(SESSION);
        try (OutputStream out = Files.newOutputStream(npz)) { // entries with data descriptors
            ZipOutputStream described = new ZipOutputStream(out);
            described.setLevel(0);
            try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
                for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                    described.putNextEntry(new ZipEntry(entry.getName()));
                    in.transferTo(described);
                }
            }
            described.finish();
        }
        assertThat(ActivationSession.load(temp)).isEqualTo(SESSION);
        assertThat(ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).getInt(0))
                .isEqualTo(0x04034b50);
    }
}
