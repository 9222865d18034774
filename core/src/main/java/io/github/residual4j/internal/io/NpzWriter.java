package io.github.residual4j.internal.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes arrays into an npz file, stored without compression, as {@code numpy.savez} does. The same arrays give the
 * same bytes.
 */
public final class NpzWriter implements Closeable {
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final ZipOutputStream zip;

    public NpzWriter(OutputStream out) {
        zip = new ZipOutputStream(out);
    }

    public void write(String name, StoredArray array) throws IOException {
        byte[] header = array.npyHeader();
        // A stored entry tells its checksum before its bytes, so the values are gone through twice.
        CheckedOutputStream counted = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
        counted.write(header);
        array.values().writeTo(counted);
        ZipEntry entry = new ZipEntry(name + ".npy");
        entry.setMethod(ZipEntry.STORED);
        entry.setTimeLocal(NO_TIME);
        entry.setSize(header.length + array.byteLength());
        entry.setCrc(counted.getChecksum().getValue());
        zip.putNextEntry(entry);
        zip.write(header);
        array.values().writeTo(zip);
        zip.closeEntry();
    }

    @Override
    public void close() throws IOException {
        zip.finish();
    }
}
