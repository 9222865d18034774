package io.github.residual4j.capture.hub;

import io.github.residual4j.capture.internal.cache.CacheLayout;
import io.github.residual4j.internal.text.Counted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One file of a repository as the hub announces it.
 *
 * @param name path in the repository, with {@code /}
 * @param commit the commit it belongs to
 * @param etag names the content: a SHA-256 for large files, git's blob SHA-1 for the others; a mirror may have its own
 * @param size bytes, or -1 if not told
 */
record HubFile(String name, String commit, String etag, long size) {
    private static final Pattern GIT_SHA_1 = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SAFE_ETAG = Pattern.compile("[A-Za-z0-9_=+-][A-Za-z0-9._=+-]{0,127}");
    private static final int BUFFER = 1 << 20;

    /** Whether an etag can name a file in the cache. */
    static boolean isSafeEtag(String etag) {
        return SAFE_ETAG.matcher(etag).matches();
    }

    /** Whether the etag is a hash of the content, which can be checked. */
    boolean hasHash() {
        return CacheLayout.isSha256(etag) || GIT_SHA_1.matcher(etag).matches();
    }

    /**
     * What is wrong with a file that should hold this content, if anything is.
     *
     * @throws IOException if it cannot be read
     */
    Optional<String> faultOf(Path path) throws IOException {
        long actualSize = Files.size(path);
        if (size >= 0 && actualSize != size) {
            return Optional.of("it has " + Counted.of(actualSize, "byte") + " where the hub announced " + size);
        }
        if (!hasHash()) {
            return Optional.empty();
        }
        boolean sha256 = CacheLayout.isSha256(etag);
        String actual = sha256 ? hash("SHA-256", "", path) : hash("SHA-1", "blob " + actualSize + "\0", path);
        return actual.equals(etag)
                ? Optional.empty()
                : Optional.of("its " + (sha256 ? "SHA-256" : "git SHA-1") + " is " + actual
                        + " where the hub announced " + etag);
    }

    private static String hash(String algorithm, String prefix, Path path) throws IOException {
        MessageDigest digest = digest(algorithm);
        digest.update(prefix.getBytes(StandardCharsets.US_ASCII));
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(path)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
