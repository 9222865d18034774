package io.github.residual4j;

import org.jspecify.annotations.Nullable;

/**
 * The one family of exceptions this library throws on purpose. Its message is a single sentence that quotes the
 * offending value and says what would be right, fit to be shown to a user as it is.
 *
 * @see BadFileException
 * @see BadRequestException
 * @see CaptureException
 */
public abstract sealed class ResidualException extends RuntimeException
        permits BadFileException, BadRequestException, CaptureException {
    private static final long serialVersionUID = 1;

    ResidualException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
