package io.github.residual4j.capture.internal.cache;

import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How the cache of a Hugging Face hub lays out its files: {@code models--owner--name/snapshots/COMMIT/FILE} is a link to
 * {@code models--owner--name/blobs/HASH}.
 */
public final class CacheLayout {
    private static final String FOLDER_PREFIX = "models--";
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private CacheLayout() {}

    /** The folder of a repository in the cache. */
    public static String folder(String repository) {
        return FOLDER_PREFIX + repository.replace("/", "--");
    }

    /** Whether a text is a whole commit hash. */
    public static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** Whether a text is a SHA-256 in lower-case hexadecimal. */
    public static boolean isSha256(String text) {
        return SHA_256.matcher(text).matches();
    }

    /** The repository that a snapshot folder {@code …/models--owner--name/snapshots/COMMIT} holds, if it is one. */
    public static Optional<String> repositoryOf(Path folder) {
        Path snapshots = folder.getParent();
        Path repository = snapshots == null ? null : snapshots.getParent();
        if (repository == null || repository.getFileName() == null || !snapshots.endsWith("snapshots")) {
            return Optional.empty();
        }
        String name = repository.getFileName().toString();
        return name.startsWith(FOLDER_PREFIX) && isCommit(folder.getFileName().toString())
                ? Optional.of(name.substring(FOLDER_PREFIX.length()).replace("--", "/"))
                : Optional.empty();
    }

    /**
     * The snapshot in a repository's folder of the cache, or in its folder {@code snapshots}: the one that {@code main}
     * stands for, or the only one.
     *
     * @return empty if the folder is none of these
     * @throws BadFileException if it holds no snapshot, or several and none is {@code main}
     */
    public static Optional<Path> snapshotIn(Path folder) {
        Path repository = folder.toAbsolutePath().normalize();
        if (repository.endsWith("snapshots") && repository.getParent() != null) {
            repository = repository.getParent();
        }
        Path name = repository.getFileName();
        if (name == null || !name.toString().startsWith(FOLDER_PREFIX)) {
            return Optional.empty();
        }
        Path snapshots = repository.resolve("snapshots");
        Path main = repository.resolve("refs").resolve("main");
        try {
            if (Files.isRegularFile(main)) {
                Path snapshot = snapshots.resolve(Files.readString(main).strip());
                if (isCommit(snapshot.getFileName().toString()) && Files.isDirectory(snapshot)) {
                    return Optional.of(snapshot);
                }
            }
            List<Path> all = List.of();
            if (Files.isDirectory(snapshots)) {
                try (Stream<Path> found = Files.list(snapshots)) {
                    all = found.filter(Files::isDirectory).sorted().toList();
                }
            }
            if (all.size() == 1) {
                return Optional.of(all.get(0));
            }
            throw new BadFileException(
                    folder,
                    "this is a repository in a hub's cache with "
                            + (all.isEmpty()
                                    ? "no snapshot; download the model again."
                                    : all.size() + " snapshots, none of them main; name one of "
                                            + all.stream()
                                                    .map(Path::getFileName)
                                                    .toList() + " in " + snapshots + "."));
        } catch (IOException e) {
            throw new BadFileException(folder, "the cache cannot be read: " + e + ".", e);
        }
    }

    /**
     * The SHA-256 of a file, told by the name under which such a cache keeps its content: it need not be read.
     *
     * @return empty for a file elsewhere, or one that is kept under another kind of name
     */
    public static Optional<String> sha256(Path file) {
        try {
            Path blob = file.toRealPath();
            String name = blob.getFileName().toString();
            Path blobs = blob.getParent();
            boolean isBlob = blobs.endsWith("blobs")
                    && blobs.getParent().getFileName() != null
                    && blobs.getParent().getFileName().toString().startsWith(FOLDER_PREFIX);
            return Optional.of(name).filter(n -> isBlob && isSha256(n));
        } catch (IOException e) { // it is not a file at all, but a resource
            return Optional.empty();
        }
    }
}
