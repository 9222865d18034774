package io.github.residual4j.internal.io;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.ResidualException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Reads the arrays of an npz file: those stored without compression from mapped memory, deflated ones as a stream.
 * Whatever is wrong becomes an error that names the file and the array. The entries' names are labels; nothing is ever
 * unpacked under them.
 */
public final class NpzReader implements Closeable {
    private static final String NPY = ".npy";
    private static final long FREELY_INFLATED = 1 << 26;
    private static final long MAX_RATIO = 100;
    private static final long DEFLATE_AT_MOST = 1032; // bytes for each deflated one, by the design of the format
    private static final int LAST_PIECE = 1 << 16;

    private final Path path;
    private final ZipFile zip;
    private final long fileLength;
    private final Map<String, ZipEntry> arrays = new LinkedHashMap<>(); // by array name, in the file's order
    private final StoredEntries stored;

    /** @throws BadFileException if it is missing, cannot be read, is no zip, or holds two arrays of one name */
    public NpzReader(Path path) {
        this.path = path;
        if (!Files.isRegularFile(path)) {
            throw new BadFileException(path, "it does not exist; expected an npz file as numpy.savez writes.");
        }
        try {
            fileLength = Files.size(path);
            zip = new ZipFile(path.toFile());
        } catch (IOException | RuntimeException e) { // of the kinds a damaged directory of the zip leads to
            throw new BadFileException(
                    path,
                    MistakenFile.explain(path)
                            .orElse("it cannot be opened as an npz (zip) file: " + e.getMessage() + "."),
                    e);
        }
        List<? extends ZipEntry> entries = zip.stream().toList();
        stored = new StoredEntries(FileSection.mapped(path), fileLength, entries);
        try {
            for (ZipEntry entry : entries) {
                String name = entry.getName();
                if (name.endsWith(NPY) && arrays.put(name.substring(0, name.length() - NPY.length()), entry) != null) {
                    throw new BadFileException(path, "it holds \"" + name + "\" more than once.");
                }
            }
            requireHonest(entries);
        } catch (BadFileException e) {
            close();
            throw e;
        }
    }

    /** Refuses zips made to unfold into far more than they are. */
    private void requireHonest(List<? extends ZipEntry> entries) {
        double packed =
                entries.stream().mapToDouble(ZipEntry::getCompressedSize).sum();
        if (packed > fileLength) {
            throw new BadFileException(
                    path, "its entries take more bytes than the file has, so they overlap; no npz is made like that.");
        }
        double unpacked = entries.stream().mapToDouble(ZipEntry::getSize).sum();
        if (unpacked > FREELY_INFLATED && unpacked > MAX_RATIO * fileLength) {
            throw new BadFileException(
                    path,
                    "its arrays claim to hold " + (long) unpacked + " bytes in a file of " + fileLength + ", more than "
                            + MAX_RATIO + " for each; write them without compression if that is true.");
        }
    }

    /** The arrays' names, in the file's order. */
    public List<String> names() {
        return List.copyOf(arrays.keySet());
    }

    /**
     * Reads an array.
     *
     * @throws BadFileException if it is missing, damaged, or the decoder refuses it
     */
    public <T> T read(String name, ArrayReader.Decoder<T> decoder) {
        ZipEntry entry = arrays.get(name);
        if (entry == null) {
            throw new BadFileException(path, "it holds no array \"" + name + "\", only " + names() + ".");
        }
        try {
            long offset = stored.offset(entry);
            return offset >= 0
                    ? decode(
                            entry,
                            ByteSource.mapped(FileSection.mapped(path), offset, entry.getCompressedSize()),
                            entry.getCompressedSize(),
                            decoder)
                    : readStream(entry, decoder);
        } catch (IOException e) {
            throw new BadFileException(path, "array \"" + name + "\": " + StagedFile.reason(e) + ".", e);
        }
    }

    private <T> T readStream(ZipEntry entry, ArrayReader.Decoder<T> decoder) throws IOException {
        long packed = entry.getCompressedSize();
        long most = entry.getMethod() == ZipEntry.STORED ? packed : packed * DEFLATE_AT_MOST;
        try (InputStream in = zip.getInputStream(entry)) {
            return decode(entry, ByteSource.streamed(in), Math.min(entry.getSize(), most), decoder);
        } catch (RuntimeException e) {
            // The zip's own methods throw such for entries that cannot be, beside a decoder's refusals.
            if (e instanceof ResidualException) {
                throw e;
            }
            throw new IOException("it cannot be unpacked (" + e.getMessage() + ")", e);
        }
    }

    private static <T> T decode(ZipEntry entry, ByteSource bytes, long size, ArrayReader.Decoder<T> decoder)
            throws IOException {
        CRC32 checksum = new CRC32();
        long[] left = {size};
        ByteSource checked = count -> {
            ByteBuffer piece = bytes.next(count);
            left[0] -= piece.remaining();
            if (left[0] < 0) {
                throw new IOException("it holds more than the " + size + " bytes it claims to hold");
            }
            checksum.update(piece.duplicate());
            return piece;
        };
        T decoded = decoder.decode(ArrayReader.npy(checked, size));
        while (checked.next(LAST_PIECE).hasRemaining()) {} // what the decoder left counts for the checksum
        if (checksum.getValue() != entry.getCrc()) {
            throw new IOException("its checksum is wrong, so the file is damaged");
        }
        return decoded;
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new BadFileException(path, "it cannot be closed: " + e.getMessage() + ".", e);
        }
    }
}
