package io.github.residual4j.error;

import org.jspecify.annotations.Nullable;

/** Something was asked that makes no sense for this session or model: an index, a text, a name, a missing point. */
public final class BadRequestException extends ResidualException {
    private static final long serialVersionUID = 1;

    /** @param message what was asked, quoted, and what would be right */
    public BadRequestException(String message) {
        this(message, null);
    }

    /**
     * @param message what was asked, quoted, and what would be right
     * @param cause what was thrown underneath, if anything was
     */
    public BadRequestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
