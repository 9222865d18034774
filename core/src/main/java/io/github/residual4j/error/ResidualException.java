package io.github.residual4j.error;

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

    private static final int LONGEST = 1800;
    private static final int END = 300;

    ResidualException(String message, @Nullable Throwable cause) {
        super(shortened(message), cause);
    }

    /** Whatever is quoted from a file may be as long as the file; the beginning and the end of the sentence stay. */
    private static String shortened(String message) {
        int left = message.length() - LONGEST;
        return left <= 0
                ? message
                : message.substring(0, LONGEST - END) + " … (" + left + " characters) … "
                        + message.substring(message.length() - END);
    }
}
