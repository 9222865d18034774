package io.github.residual4j.capture.internal.cache;

import io.github.residual4j.error.BadRequestException;
import java.util.regex.Pattern;

/**
 * The name of a model on a Hugging Face hub: {@code owner/name}, or {@code owner/name@revision}. A few old repositories
 * have no owner ({@code gpt2}).
 *
 * @param repository {@code owner/name}
 * @param revision a branch, tag or commit; {@value #DEFAULT_REVISION} when none was named
 */
public record HubName(String repository, String revision) {
    /** The revision that a name without one means. */
    public static final String DEFAULT_REVISION = "main";

    private static final int MAX_LENGTH = 96;
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?");
    // What git forbids in the name of a branch or tag, and what Windows forbids in a file name.
    private static final Pattern NOT_IN_REVISION = Pattern.compile("[\\x00-\\x20\\x7f~^:?*\\[\\\\<>\"|]|\\.\\.|@\\{");

    /**
     * @param repository {@code owner/name}
     * @param revision a branch, tag or commit; {@value #DEFAULT_REVISION} when none was named
     * @throws BadRequestException if either part is not a name a hub could know
     */
    public HubName {
        String[] parts = repository.split("/", -1);
        boolean good = parts.length <= 2 && repository.length() <= MAX_LENGTH;
        for (String part : parts) {
            good &= PART.matcher(part).matches() && !part.contains("--") && !part.contains("..");
        }
        if (!good || repository.endsWith(".git")) {
            throw new BadRequestException("\"" + repository + "\" is not the name of a model on a hub: write owner/name"
                    + " or owner/name@revision, of letters, digits, '-', '_' and '.'.");
        }
        if (!isRevision(revision)) {
            throw new BadRequestException("\"" + revision + "\" is not a revision of " + repository
                    + ": after the '@' comes a branch, a tag or a commit.");
        }
    }

    /**
     * Reads {@code owner/name} or {@code owner/name@revision}.
     *
     * @param text what to read
     * @return the name and the revision, {@code main} when none is given
     * @throws BadRequestException if {@code text} is neither
     */
    public static HubName parse(String text) {
        int at = text.indexOf('@');
        return at < 0
                ? new HubName(text, DEFAULT_REVISION)
                : new HubName(text.substring(0, at), text.substring(at + 1));
    }

    /** {@return whether the revision is a whole commit hash, which never comes to mean anything else} */
    public boolean isCommit() {
        return CacheLayout.isCommit(revision);
    }

    private static boolean isRevision(String text) {
        boolean good = !NOT_IN_REVISION.matcher(text).find();
        for (String part : text.split("/", -1)) {
            good &= !part.isEmpty() && !part.startsWith(".") && !part.endsWith(".") && !part.endsWith(".lock");
        }
        return good;
    }

    /** The folder of this repository in the cache. */
    public String folder() {
        return CacheLayout.folder(repository);
    }

    /** {@code owner/name@revision}, or {@code owner/name} for the default revision: what {@link #parse} reads. */
    @Override
    public String toString() {
        return revision.equals(DEFAULT_REVISION) ? repository : repository + "@" + revision;
    }
}
