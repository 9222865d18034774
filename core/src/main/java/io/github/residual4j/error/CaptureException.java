package io.github.residual4j.error;

import org.jspecify.annotations.Nullable;

/** A model could not be fetched over the network, or one that was opened well could not be run. */
public sealed class CaptureException extends ResidualException permits CancelledException {
    private static final long serialVersionUID = 1;

    /** @param message what failed and, where known, what to do */
    public CaptureException(String message) {
        this(message, null);
    }

    /**
     * @param message what failed and, where known, what to do
     * @param cause what was thrown underneath, if anything was
     */
    public CaptureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
