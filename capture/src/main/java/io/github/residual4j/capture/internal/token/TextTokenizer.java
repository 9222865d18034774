package io.github.residual4j.capture.internal.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.residual4j.BadFileException;
import io.github.residual4j.capture.checkpoint.TokenizerJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Hugging Face's tokenizers library, set to neither cut nor pad nor add anything. Safe to share between threads. */
public final class TextTokenizer implements AutoCloseable {
    private static final Map<String, String> AS_IT_IS =
            Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

    private final HuggingFaceTokenizer tokenizer;

    private TextTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * Loads a tokenizer.
     *
     * @throws BadFileException if its file does not describe one
     */
    public static TextTokenizer of(TokenizerJson definition) {
        byte[] json = definition.json().getBytes(StandardCharsets.UTF_8);
        try {
            return new TextTokenizer(
                    QuietDjl.call(() -> HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), AS_IT_IS)));
        } catch (IOException | RuntimeException e) { // the native library reports bad JSON by a bare RuntimeException
            throw new BadFileException(definition.source(), "this is not a tokenizer.json: " + e.getMessage() + ".", e);
        }
    }

    /** The ids of a text. A special token spelled out in the text, such as {@code <|endoftext|>}, becomes that token. */
    public long[] encode(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    /** The text of ids, special tokens spelled out. Bytes that are not a whole character become U+FFFD. */
    public String decode(long... ids) {
        return tokenizer.decode(ids, false);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
