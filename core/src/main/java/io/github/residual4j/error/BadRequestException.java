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

    /**
     * {@return a value that was given}
     *
     * @param <T> its type
     * @param value the value
     * @param what what it is, in a word or two
     * @throws BadRequestException if it is null
     */
    public static <T> T requireGiven(@Nullable T value, String what) {
        if (value == null) {
            throw new BadRequestException("The " + what + " is null; give one.");
        }
        return value;
    }
}
