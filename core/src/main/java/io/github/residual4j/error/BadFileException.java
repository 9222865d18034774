package io.github.residual4j.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file or folder is missing, damaged, of another kind than expected, or cannot be read or written. */
public final class BadFileException extends ResidualException {
    private static final long serialVersionUID = 1;

    /** The path as text, because paths cannot be serialized. */
    private final String file;

    /**
     * @param file the file or folder at fault; its name begins the message
     * @param reason what is wrong with it and what would be right
     */
    public BadFileException(Path file, String reason) {
        this(file, reason, null);
    }

    /**
     * @param file the file or folder at fault; its name begins the message
     * @param reason what is wrong with it and what would be right
     * @param cause what was thrown underneath, if anything was
     */
    public BadFileException(Path file, String reason, @Nullable Throwable cause) {
        super(file + ": " + reason, cause);
        this.file = file.toString();
    }

    /** {@return the file or folder at fault} */
    public Path file() {
        return Path.of(file);
    }
}
