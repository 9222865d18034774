package io.github.residual4j.store;

import io.github.residual4j.ActivationSession;
import java.nio.file.Path;

/** A session as a folder: {@code tensors.npz}, which is authoritative, and a readable {@code config.json}. */
public final class SessionDirectory {
    private SessionDirectory() {}

    /** See {@link ActivationSession#load(Path)}. */
    public static ActivationSession load(Path directory) {
        throw new UnsupportedOperationException("not yet");
    }

    /** See {@link ActivationSession#save(Path)}. */
    public static void save(ActivationSession session, Path directory) {
        throw new UnsupportedOperationException("not yet");
    }
}
