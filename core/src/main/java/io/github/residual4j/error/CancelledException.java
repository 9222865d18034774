package io.github.residual4j.error;

import org.jspecify.annotations.Nullable;

/** A run was ended before its time: it was cancelled, or its thread was interrupted. */
public final class CancelledException extends CaptureException {
    private static final long serialVersionUID = 1;

    /** @param message who ended it */
    public CancelledException(String message) {
        this(message, null);
    }

    /**
     * @param message who ended it
     * @param cause what was thrown underneath, if anything was
     */
    public CancelledException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
