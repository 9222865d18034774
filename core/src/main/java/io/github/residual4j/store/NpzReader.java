package io.github.residual4j.store;

import io.github.residual4j.BadFileException;
import io.github.residual4j.internal.io.StagedFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads the arrays of an npz file. Whatever is wrong becomes an error that names the file and the array. */
final class NpzReader implements Closeable {
    private static final String NPY = ".npy";

    private final Path path;
    private final ZipFile zip;

    /** @throws BadFileException if it is missing, cannot be read, or is no zip */
    NpzReader(Path path) {
        this.path = path;
        if (!Files.isRegularFile(path)) {
            throw new BadFileException(path, "it does not exist; expected an npz file as numpy.savez writes.");
        }
        try {
            zip = new ZipFile(path.toFile());
        } catch (IOException | UnsupportedOperationException e) {
            throw new BadFileException(path, "it cannot be opened as an npz (zip) file: " + e.getMessage() + ".", e);
        }
    }

    /** The arrays' names, in the file's order. */
    List<String> names() {
        return zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(NPY))
                .map(name -> name.substring(0, name.length() - NPY.length()))
                .toList();
    }

    /** What turns an array into the values wanted. */
    @FunctionalInterface
    interface Decoder<T> {
        T decode(NpyReader array) throws IOException;
    }

    /**
     * Reads an array.
     *
     * @throws BadFileException if it is missing, damaged, or the decoder refuses it
     */
    <T> T read(String name, Decoder<T> decoder) {
        ZipEntry entry = zip.getEntry(name + NPY);
        if (entry == null) {
            throw new BadFileException(path, "it holds no array \"" + name + "\", only " + names() + ".");
        }
        try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
            NpyReader array = new NpyReader(in, entry.getSize());
            T decoded = decoder.decode(array);
            in.skip(Long.MAX_VALUE);
            if (in.getChecksum().getValue() != entry.getCrc()) {
                throw new IOException("its checksum is wrong, so the file is damaged");
            }
            return decoded;
        } catch (IOException e) {
            throw new BadFileException(path, "array \"" + name + "\": " + StagedFile.reason(e) + ".", e);
        }
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
