package io.github.residual4j.internal.io;

import io.github.residual4j.BadFileException;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is first written under a private name beside its place, forced to the disk, and then put in place by one
 * rename. Closing it before that leaves nothing behind.
 */
public final class StagedFile implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(StagedFile.class);
    private static final String SUFFIX = ".residual4j-tmp";

    private final Path staged;
    private final Path file;

    private StagedFile(Path staged, Path file) {
        this.staged = staged;
        this.file = file;
    }

    /** What writes a file's bytes. */
    @FunctionalInterface
    public interface Content {
        /** Writes all bytes; the stream is buffered and closed by the caller. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes a file under a private name beside its place.
     *
     * @throws IOException if it cannot be written; nothing is left behind then
     */
    public static StagedFile write(Path file, Content content) throws IOException {
        Path absolute = file.toAbsolutePath();
        StagedFile stage = new StagedFile(
                absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + SUFFIX), absolute);
        try {
            // Not a channel: an interrupted thread would find it closed halfway.
            try (FileOutputStream out = new FileOutputStream(stage.staged.toFile())) {
                OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
                content.writeTo(buffered);
                buffered.flush();
                out.getFD().sync();
            }
        } catch (IOException | RuntimeException | Error e) {
            stage.close();
            throw e;
        }
        return stage;
    }

    /** Puts a text (UTF-8) in place whole, or throws and leaves what was there. */
    public static void replace(Path file, String text) {
        try (StagedFile stage = write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)))) {
            stage.publish();
        } catch (IOException e) {
            throw new BadFileException(file, "it cannot be written (" + reason(e) + ").", e);
        }
    }

    /** Puts the file in place, over what is there. */
    public void publish() throws IOException {
        Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            LOG.debug("The folder of {} cannot be forced to the disk here", file, e);
        }
    }

    /** Whether a file was left behind by a writer that was killed. */
    public static boolean isLeftover(Path path) {
        return path.getFileName().toString().endsWith(SUFFIX);
    }

    /** What went wrong underneath, in words. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "access is denied";
        }
        if (e instanceof NoSuchFileException) {
            return "there is no " + e.getMessage();
        }
        if (e instanceof FileAlreadyExistsException) {
            return e.getMessage() + " is in the way";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(staged);
        } catch (IOException e) {
            LOG.warn("{} could not be removed", staged, e);
        }
    }
}
