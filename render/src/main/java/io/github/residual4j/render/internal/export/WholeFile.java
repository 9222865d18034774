package io.github.residual4j.render.internal.export;

import io.github.residual4j.error.BadFileException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file so that it is there whole, in place of what was there, or not at all. */
public final class WholeFile {
    private WholeFile() {}

    /** What writes a file's bytes, so that a large file need not be in memory as a whole. */
    @FunctionalInterface
    public interface Content {
        /** Writes all bytes; the stream is buffered and closed by the caller. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** As {@link #write(Path, Content)}, for bytes that are there. */
    public static void write(Path file, byte[] content) {
        write(file, out -> out.write(content));
    }

    /**
     * Writes bytes beside the file and renames them into place. Missing folders are made.
     *
     * @throws BadFileException if the file cannot be written; what was there stays
     */
    public static void write(Path file, Content content) {
        Path target = file.toAbsolutePath();
        if (Files.isDirectory(target) || target.getParent() == null) {
            throw new BadFileException(file, "is a folder; give the name of a file in it.");
        }
        try {
            Files.createDirectories(target.getParent());
        } catch (IOException e) {
            throw new BadFileException(file, "its folder is not there and cannot be made.", e);
        }
        Path beside = target.resolveSibling(target.getFileName() + "." + Long.toHexString(System.nanoTime()) + ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(beside), 1 << 16)) {
                content.writeTo(out);
            }
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            try {
                Files.deleteIfExists(beside);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw new BadFileException(file, "cannot be written; choose a folder that can.", e);
        }
    }
}
