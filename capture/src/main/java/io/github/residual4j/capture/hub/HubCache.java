package io.github.residual4j.capture.hub;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.github.residual4j.capture.internal.cache.CacheLayout;
import io.github.residual4j.capture.internal.cache.HubName;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.internal.io.StagedFile;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One repository in the cache folder, laid out as the Python library {@code huggingface_hub} lays it out:
 *
 * <pre>
 * models--owner--name/refs/main                          the commit a branch or tag stands for
 *                     snapshots/COMMIT/config.json       a link to ../../blobs/ETAG, or the file itself
 *                     blobs/ETAG                         a content, named by its hash
 *                     .no_exist/COMMIT/tokenizer.json    empty: that commit has no such file
 * .locks/models--owner--name/ETAG.residual4j.lock
 * </pre>
 *
 * Whatever stands under its final name is whole: files get there by one atomic move. Only a download is not staged as
 * other files are, because what has come of it is kept for the next attempt. The lock and the unfinished file
 * ({@code blobs/ETAG.residual4j.incomplete}) have names of our own, because the Python library takes a kind of lock
 * that Java's does not exclude.
 */
final class HubCache {
    private static final Logger LOG = LoggerFactory.getLogger(HubCache.class);

    private final Path folder;
    private final Path locks;
    private final boolean linksDisabled;

    HubCache(HubEnvironment environment, HubName model) {
        Path root = environment.cacheFolder().toAbsolutePath();
        this.folder = root.resolve(model.folder());
        this.locks = root.resolve(".locks").resolve(model.folder());
        this.linksDisabled = environment.linksDisabled();
    }

    /** Where this repository is kept. */
    Path folder() {
        return folder;
    }

    /** The commit a revision stands for, as far as the cache knows. */
    Optional<String> commit(String revision) {
        if (CacheLayout.isCommit(revision)) {
            return Optional.of(revision);
        }
        Path ref = folder.resolve("refs").resolve(revision);
        if (!Files.isRegularFile(ref)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(ref).strip()).filter(CacheLayout::isCommit);
        } catch (IOException e) {
            throw new BadFileException(ref, "the file cannot be read (" + e + ").", e);
        }
    }

    /** The folder that holds a commit's files under their names. */
    Path snapshot(String commit) {
        return folder.resolve("snapshots").resolve(commit);
    }

    /** Whether a file of a commit is here. */
    boolean has(String commit, String file) {
        return Files.isRegularFile(snapshot(commit).resolve(file));
    }

    /** Whether a commit is known not to have a file. */
    boolean lacks(String commit, String file) {
        return Files.exists(absence(commit, file));
    }

    private Path absence(String commit, String file) {
        return folder.resolve(".no_exist").resolve(commit).resolve(file);
    }

    /** Remembers that a commit does not have a file. */
    void recordAbsence(String commit, String file) {
        Path mark = absence(commit, file);
        writing(mark, () -> {
            Files.createDirectories(mark.getParent());
            if (!Files.exists(mark)) {
                replace(mark, "");
            }
        });
    }

    /** Remembers which commit a branch or tag stands for. */
    void recordCommit(String revision, String commit) {
        if (revision.equals(commit) || commit(revision).filter(commit::equals).isPresent()) {
            return;
        }
        Path ref = folder.resolve("refs").resolve(revision);
        writing(ref, () -> {
            Files.createDirectories(ref.getParent());
            replace(ref, commit);
        });
    }

    /** Makes sure a file is here, by way of {@code transfer} if it must come over the network. */
    void store(HubFile file, HubTransfer transfer) {
        Path entry = snapshot(file.commit()).resolve(file.name());
        writing(entry, () -> {
            Files.createDirectories(entry.getParent());
            Files.createDirectories(blob(file).getParent());
            storeLocked(file, entry, transfer);
        });
    }

    private Path blob(HubFile file) {
        return folder.resolve("blobs").resolve(file.etag());
    }

    @SuppressWarnings("try") // the lock is held, not used
    private void storeLocked(HubFile file, Path entry, HubTransfer transfer) throws IOException {
        Path blob = blob(file);
        try (HubLock lock = HubLock.acquire(locks.resolve(file.etag() + ".residual4j.lock"))) {
            if (Files.isRegularFile(entry)) { // while waiting for the lock, somebody brought it
                return;
            }
            Files.deleteIfExists(entry); // a link to a blob that is gone
            if (Files.isRegularFile(blob)) {
                if (!link(entry, blob)) { // others may link to this blob
                    copy(blob, entry);
                }
                return;
            }
            Path incomplete = blob.resolveSibling(file.etag() + ".residual4j.incomplete");
            transfer.bring(file, incomplete);
            Files.move(incomplete, blob, ATOMIC_MOVE);
            if (!link(entry, blob)) {
                Files.move(blob, entry, ATOMIC_MOVE);
            }
        }
    }

    private boolean link(Path entry, Path blob) {
        if (linksDisabled) {
            return false;
        }
        try {
            Files.createSymbolicLink(entry, entry.getParent().relativize(blob));
            return true;
        } catch (UnsupportedOperationException | IOException e) {
            LOG.debug("no links in {} ({}): the file itself goes there", entry.getParent(), e.toString());
            return Files.isRegularFile(entry);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (StagedFile stage = StagedFile.write(to, out -> Files.copy(from, out))) {
            stage.publish();
        }
    }

    private static void replace(Path file, String content) throws IOException {
        try (StagedFile stage = StagedFile.write(file, out -> out.write(content.getBytes(StandardCharsets.UTF_8)))) {
            stage.publish();
        }
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void writing(Path target, Writing work) {
        try {
            work.run();
        } catch (ClosedByInterruptException e) {
            throw new CaptureException("Interrupted while writing " + target + ".", e);
        } catch (IOException e) {
            throw new BadFileException(
                    target,
                    "the file cannot be written (" + e
                            + "); set HF_HOME or HF_HUB_CACHE to a folder with room and leave to write.",
                    e);
        }
    }
}
