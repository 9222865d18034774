package io.github.residual4j.capture.internal.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.residual4j.capture.internal.checkpoint.TokenizerJson;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.CaptureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hugging Face's tokenizers library, set to neither cut nor pad nor add anything. Safe to share between threads. */
public final class TextTokenizer implements AutoCloseable {
    private static final Map<String, String> AS_IT_IS =
            Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

    private final TokenizerJson definition;
    private final Path source;
    private final HuggingFaceTokenizer tokenizer;
    private @Nullable PartsOfCharacters parts; // read from the definition when one is met

    private TextTokenizer(TokenizerJson definition, HuggingFaceTokenizer tokenizer) {
        this.definition = definition;
        this.source = definition.source();
        this.tokenizer = tokenizer;
    }

    /**
     * Loads a tokenizer.
     *
     * @throws BadFileException if its file does not describe one
     * @throws CaptureException if the native library cannot be loaded
     */
    public static TextTokenizer of(TokenizerJson definition) {
        StrictJson.require(definition.source(), definition.json());
        Merges.require(definition.source(), definition.json());
        byte[] json = definition.json().getBytes(StandardCharsets.UTF_8);
        try {
            return new TextTokenizer(
                    definition,
                    QuietDjl.call(() -> HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), AS_IT_IS)));
        } catch (CaptureException e) { // the library cannot be loaded, which is not the file's fault
            throw e;
        } catch (IOException | RuntimeException e) { // the native library reports bad JSON by a bare RuntimeException
            throw new BadFileException(definition.source(), "this is not a tokenizer.json: " + e.getMessage() + ".", e);
        }
    }

    /**
     * The ids of a text. A special token spelled out in the text, such as {@code <|endoftext|>}, becomes that token.
     *
     * @throws BadFileException if the tokenizer contradicts itself on this text
     */
    public long[] encode(String text) {
        try {
            return tokenizer.encode(text, false, false).getIds();
        } catch (RuntimeException e) { // all the native library has
            throw new BadFileException(
                    source, "this tokenizer cannot split \"" + text + "\" into tokens: " + e.getMessage() + ".", e);
        }
    }

    /**
     * The text of ids, special tokens spelled out. Bytes that are not a whole character become U+FFFD.
     *
     * @throws BadFileException if the tokenizer cannot tell
     */
    public String decode(long... ids) {
        try {
            return tokenizer.decode(ids, false);
        } catch (RuntimeException e) { // all the native library has
            throw new BadFileException(
                    source,
                    "this tokenizer cannot tell the text of " + Arrays.toString(ids) + ": " + e.getMessage() + ".",
                    e);
        }
    }

    /** The bytes of a token that is part of a character, as far as the tokenizer's file tells them. */
    public synchronized Optional<byte[]> partOfACharacter(long id) {
        if (parts == null) {
            parts = PartsOfCharacters.of(definition.json());
        }
        return parts.of(id);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
