package io.github.residual4j.internal.io;

import io.github.residual4j.error.BadFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The arrays of an npz that is in memory, as {@link NpzWriter} leaves it: stored, none of them compressed. */
final class NpzBytes {
    private static final String NPY = ".npy";
    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;

    private final Path name;
    private final Map<String, byte[]> arrays = new LinkedHashMap<>();

    /**
     * @param name what error messages call it
     * @throws BadFileException if the bytes are no such npz
     */
    NpzBytes(Path name, byte[] npz) {
        this.name = name;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(npz))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String file = entry.getName();
                if (entry.getMethod() != ZipEntry.STORED || !file.endsWith(NPY)) {
                    throw new IOException("its entry \"" + file + "\" is no uncompressed array");
                }
                String array = file.substring(0, file.length() - NPY.length());
                if (arrays.put(array, zip.readAllBytes()) != null) { // which checks its checksum
                    throw new IOException("it holds \"" + file + "\" more than once");
                }
            }
        } catch (IOException | IllegalArgumentException e) { // the latter of names that are no text
            throw new BadFileException(
                    name, "the bytes are no npz that was written whole (" + e.getMessage() + ").", e);
        }
        if (arrays.isEmpty()) {
            throw new BadFileException(name, "the " + npz.length + " bytes are no npz; they hold no array.");
        }
        if (!endsAfter(arrays.size(), npz)) { // a stream that breaks off between two entries looks like one that ends
            throw new BadFileException(
                    name, "the bytes are no npz that was written whole (they break off after " + last() + ").");
        }
    }

    /** Whether a zip ends with the record of its end, without a comment, which tells the number of entries. */
    private static boolean endsAfter(int entries, byte[] zip) {
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int at = zip.length - END_LENGTH;
        return bytes.getInt(at) == END && Short.toUnsignedInt(bytes.getShort(at + 10)) == entries;
    }

    private String last() {
        return "\"" + List.copyOf(arrays.keySet()).get(arrays.size() - 1) + NPY + "\"";
    }

    Set<String> names() {
        return arrays.keySet();
    }

    <T> T read(String array, ArrayReader.Decoder<T> decoder) {
        byte[] bytes = arrays.get(array);
        if (bytes == null) {
            throw new BadFileException(name, "it holds no array \"" + array + "\", only " + names() + ".");
        }
        try {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            ByteSource source = count -> {
                int size = Math.min(count, left.remaining());
                ByteBuffer piece = left.slice(left.position(), size);
                left.position(left.position() + size);
                return piece;
            };
            return decoder.decode(ArrayReader.npy(source, bytes.length));
        } catch (IOException e) {
            throw new BadFileException(name, "array \"" + array + "\": " + e.getMessage() + ".", e);
        }
    }
}
