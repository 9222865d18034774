package io.github.residual4j.render.internal.export;

import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file so that it is there whole, in place of what was there, or not at all. */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Writes bytes beside the file and renames them into place. Missing folders are made.
     *
     * @throws BadFileException if the file cannot be written; what was there stays
     */
    public static void write(Path file, byte[] content) {
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
            Files.write(beside, content);
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
