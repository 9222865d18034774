package io.github.residual4j.capture.internal.checkpoint;

import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;

/**
 * A tokenizer in the form of Hugging Face's {@code tokenizer.json}.
 *
 * @param source where it comes from, for error messages
 * @param json its content
 */
public record TokenizerJson(Path source, String json) {
    /**
     * Reads a file.
     *
     * @param file the file
     * @return the tokenizer, as the file holds it
     * @throws BadFileException if it cannot be read or is no text
     */
    public static TokenizerJson read(Path file) {
        return new TokenizerJson(file, JsonFile.text(file));
    }
}
