package io.github.residual4j.capture.internal.cache;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

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
