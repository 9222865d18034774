package io.github.residual4j.capture.corpus;

import io.github.residual4j.error.BadFileException;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Where texts come from. */
interface TextSource {
    /** How it is read, in words that stay the same for the same corpus. */
    String kind();

    /**
     * The SHA-256 of all there is to read, if that can be had before reading.
     *
     * @throws BadFileException if it cannot be read
     */
    Optional<String> sha256();

    /** How many bytes there are, if that is known. */
    OptionalLong bytes();

    /** Whether a file would be read. */
    boolean reads(Path file);

    /**
     * Begins to read.
     *
     * @throws BadFileException if it cannot be read
     */
    Reader open();

    /** Texts one after the other. */
    interface Reader extends Closeable {
        /**
         * The next text, or null at the end.
         *
         * @throws BadFileException if it cannot be read or is no text
         */
        @Nullable
        SourceText next();

        @Override
        void close();
    }
}
