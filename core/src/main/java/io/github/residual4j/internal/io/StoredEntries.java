package io.github.residual4j.internal.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;

/**
 * Where the bytes of a zip file's uncompressed entries begin, which {@link java.util.zip.ZipFile} keeps to itself. The
 * entries are followed from the beginning of the file; from the first place on where the file does not look as an npz
 * writer leaves it, nothing is known and the entries are to be read as streams.
 */
final class StoredEntries {
    private static final int LOCAL_HEADER = 30;
    private static final int SIGNATURE = 0x04034b50;

    private final Map<String, Long> offsets = new HashMap<>();

    /** @param entries all entries, in the order of the zip's directory */
    StoredEntries(FileSection file, long fileLength, List<? extends ZipEntry> entries) {
        try {
            long at = 0;
            for (ZipEntry entry : entries) {
                byte[] name = entry.getName().getBytes(StandardCharsets.UTF_8);
                if (fileLength - at < LOCAL_HEADER + name.length) {
                    return;
                }
                ByteBuffer header = file.bytes(at, LOCAL_HEADER + name.length).order(ByteOrder.LITTLE_ENDIAN);
                boolean described = (header.getShort(6) & 8) != 0; // a descriptor of unknown length follows the bytes
                int nameLength = Short.toUnsignedInt(header.getShort(26));
                long begin = at + LOCAL_HEADER + nameLength + Short.toUnsignedInt(header.getShort(28));
                long length = entry.getCompressedSize();
                if (header.getInt(0) != SIGNATURE
                        || nameLength != name.length
                        || !header.slice(LOCAL_HEADER, nameLength).equals(ByteBuffer.wrap(name))
                        || described
                        || length < 0
                        || length > fileLength - begin) {
                    return;
                }
                if (entry.getMethod() == ZipEntry.STORED && length == entry.getSize()) {
                    offsets.put(entry.getName(), begin);
                }
                at = begin + length;
            }
        } catch (IOException e) {
            // Then they are read as streams, which says better what is wrong.
        }
    }

    /** The first byte of an entry, or −1 if it has to be read as a stream. */
    long offset(ZipEntry entry) {
        return offsets.getOrDefault(entry.getName(), -1L);
    }
}
