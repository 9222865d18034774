package io.github.residual4j.internal.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Gives the bytes of parts of a file as direct buffers. */
@FunctionalInterface
interface FileSection {
    /** A part, at most 2 GiB, in a buffer at position 0. */
    ByteBuffer bytes(long offset, long length) throws IOException;

    /** Maps the parts of a file into memory; a mapping lives as long as its buffer. */
    static FileSection mapped(Path file) {
        return (offset, length) -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                if (channel.size() < offset + length) {
                    throw new IOException("it has become shorter since it was opened");
                }
                return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
            }
        };
    }
}
