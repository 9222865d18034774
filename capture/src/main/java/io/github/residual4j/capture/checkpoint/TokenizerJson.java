package io.github.residual4j.capture.checkpoint;

import java.nio.file.Path;

/**
 * A tokenizer in the form of Hugging Face's {@code tokenizer.json}.
 *
 * @param source where it comes from, for error messages
 * @param json its content
 */
public record TokenizerJson(Path source, String json) {}
