package io.github.residual4j.internal.io;

import io.github.residual4j.error.BadFileException;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is first written under a private name beside its place, forced to the disk, and then put in place by one
 * rename. Closing it before that leaves nothing behind.
 */
public final class StagedFile implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(StagedFile.class);
    private static final String SUFFIX = ".residual4j-tmp";

    /** Staged files of this process; a lock does not tell it from others, and would be lost by asking. */
    private static final Set<Path> AT_WORK = ConcurrentHashMap.newKeySet();

    private final Path staged;
    private final Path file;
    private final FileOutputStream out; // holds a lock, by which other processes know that somebody is at work

    private StagedFile(Path staged, Path file) throws IOException {
        this.staged = staged;
        this.file = file;
        AT_WORK.add(staged);
        try {
            // Not a channel: an interrupted thread would find it closed halfway.
            out = new FileOutputStream(staged.toFile());
        } catch (IOException e) {
            AT_WORK.remove(staged);
            throw e;
        }
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
        removeLeftovers(Objects.requireNonNull(absolute.getParent()));
        StagedFile stage = made(absolute);
        try {
            OutputStream buffered = new BufferedOutputStream(stage.out, 1 << 16);
            content.writeTo(buffered);
            buffered.flush();
            stage.out.getFD().sync();
        } catch (IOException | RuntimeException | Error e) {
            stage.close();
            throw e;
        }
        return stage;
    }

    /** A locked file; one that another process took for a leftover before it was locked is made anew. */
    private static StagedFile made(Path file) throws IOException {
        while (true) {
            String name = "." + file.getFileName() + "." + UUID.randomUUID() + SUFFIX;
            StagedFile stage = new StagedFile(file.resolveSibling(name), file);
            if (stage.lock() && Files.exists(stage.staged)) {
                return stage;
            }
            stage.close();
        }
    }

    /** Locks it where the system can; false if another process holds it. */
    private boolean lock() {
        try {
            return out.getChannel().tryLock() != null;
        } catch (IOException e) {
            LOG.debug("{} cannot be locked here", staged, e);
            return true;
        }
    }

    /** Puts a text (UTF-8) in place whole, or throws and leaves what was there. */
    public static void replace(Path file, String text) {
        replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts bytes in place whole, as {@link #replace(Path, Content)}. */
    public static void replace(Path file, byte[] content) {
        replace(file, out -> out.write(content));
    }

    /**
     * Puts what is written in place whole, or throws and leaves what was there. Missing folders are made.
     *
     * @throws BadFileException if the file cannot be written
     */
    public static void replace(Path file, Content content) {
        Path target = file.toAbsolutePath();
        if (Files.isDirectory(target) || target.getParent() == null) {
            throw new BadFileException(file, "is a folder; give the name of a file in it.");
        }
        try {
            Files.createDirectories(target.getParent());
        } catch (IOException e) {
            throw new BadFileException(file, "its folder is not there and cannot be made (" + reason(e) + ").", e);
        }
        try (StagedFile stage = write(file, content)) {
            stage.publish();
        } catch (IOException e) {
            throw new BadFileException(file, "it cannot be written (" + reason(e) + ").", e);
        }
    }

    /** Puts the file in place, over what is there. */
    public void publish() throws IOException {
        try { // while it is locked, so that no other process takes it for a leftover
            Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            out.close();
        } catch (FileSystemException e) {
            out.close(); // some systems rename no open file
            Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        AT_WORK.remove(staged);
        forceFolder(Objects.requireNonNull(file.getParent()));
    }

    /** Sees to it that the names in a folder are on the disk, as far as the system can. */
    public static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOG.debug("{} cannot be forced to the disk here", folder, e);
        }
    }

    /** Removes what writers that were killed left in a folder; what somebody is writing stays. */
    public static void removeLeftovers(Path folder) {
        try (DirectoryStream<Path> leftovers =
                Files.newDirectoryStream(folder.toAbsolutePath(), StagedFile::isLeftover)) {
            for (Path leftover : leftovers) {
                if (!AT_WORK.contains(leftover) && !isLocked(leftover)) {
                    Files.deleteIfExists(leftover);
                    LOG.debug("{} was left behind and is removed", leftover);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("What was left behind in {} cannot be removed", folder, e);
        }
    }

    private static boolean isLocked(Path leftover) throws IOException {
        try (FileChannel channel = FileChannel.open(leftover, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true; // by another copy of this class in this process
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
        if (e instanceof ClosedByInterruptException) {
            return "the thread was interrupted";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() {
        try {
            out.close();
            Files.deleteIfExists(staged);
        } catch (IOException e) {
            LOG.warn("{} could not be removed", staged, e);
        } finally {
            AT_WORK.remove(staged);
        }
    }
}
