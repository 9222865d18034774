package io.github.residual4j.capture.hub;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.github.residual4j.error.CaptureException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets one thread of one process at a time work on something that a lock file stands for. */
final class HubLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HubLock.class);
    private static final long POLL_MILLIS = 50;
    private static final long LOG_EVERY_MILLIS = 10_000;
    // A process holds a file lock as a whole, and on POSIX loses it when any of its channels on that file is closed:
    // its threads keep each other out here, before they open the file.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private HubLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Waits until the lock is this thread's.
     *
     * @throws IOException if the lock file cannot be made or the file system has no locks
     * @throws CaptureException if the thread is interrupted meanwhile
     */
    static HubLock acquire(Path lockFile) throws IOException {
        Path file = lockFile.toAbsolutePath().normalize();
        Files.createDirectories(file.getParent());
        long waited = 0;
        while (!HELD.add(file)) {
            waited = pause(file, waited);
        }
        @Nullable FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(file, CREATE, WRITE);
            while (tryLock(channel) == null) {
                waited = pause(file, waited);
            }
            locked = true;
            return new HubLock(file, channel);
        } finally {
            if (!locked) {
                release(file, channel);
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) { // this class, loaded once more in the same process, holds it
            return null;
        }
    }

    private static long pause(Path file, long waited) {
        if (waited % LOG_EVERY_MILLIS == 0) {
            LOG.info("waiting for {}, held by another download of the same file", file);
        }
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureException("Interrupted while another download of the same file was under way.", e);
        }
        return waited + POLL_MILLIS;
    }

    private static void release(Path file, @Nullable FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            HELD.remove(file);
        }
    }

    /** Lets the next one in. The lock file stays: deleting it would let two in at once. */
    @Override
    public void close() throws IOException {
        release(file, channel);
    }
}
