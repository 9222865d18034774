package io.github.residual4j.capture.internal.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.capture.internal.checkpoint.TokenizerJson;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that end the whole process when the native library gets to see them, or did in some version. */
class UnsafeTokenizersTest {
    private static final Path FILE = Path.of("tokenizer.json");
    private static final String GOOD =
            "{\"version\":\"1.0\",\"added_tokens\":[],\"normalizer\":null,\"pre_tokenizer\":null,"
                    + "\"post_processor\":null,\"decoder\":{\"type\":\"BPEDecoder\",\"suffix\":\"x\"},\"model\":{\"type\":\"BPE\","
                    + "\"unk_token\":null,\"continuing_subword_prefix\":\"##\",\"vocab\":{\"a\":0,\"##b\":1,\"ab\":2},"
                    + "\"merges\":[\"a ##b\"]}}";

    @Test
    void aGoodOneIsTaken() {
        try (TextTokenizer tokenizer = TextTokenizer.of(new TokenizerJson(FILE, GOOD))) {
            assertThat(tokenizer.encode("ab")).containsExactly(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x", "1e999", "\"\\ud83c\"", "\"\t\"", "NaN", "'x'", "x", "\"x\"}}}"})
    void jsonThatItCannotParseInsideTheDecoder(String value) {
        assertRefused(GOOD.replace("\"suffix\":\"x\"", "\"suffix\":" + value), "this is not a tokenizer.json: ");
    }

    @Test
    void jsonThatIsNestedTooDeeply() {
        String deep = "[".repeat(200) + "]".repeat(200);
        assertRefused(GOOD.replace("\"suffix\":\"x\"", "\"suffix\":" + deep), "this is not a tokenizer.json: ");
        assertRefused("[".repeat(1_000_000), "this is not a tokenizer.json: ");
        assertRefused("", "this is not a tokenizer.json: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"a b\"]", "[\"a é\"]", "[\"a\"]", "[[\"a\",\"b\"]]", "[5]", "[\"a \"]"})
    void mergesWithoutThePrefixOfContinuedWords(String merges) {
        assertRefused(
                GOOD.replace("[\"a ##b\"]", merges),
                "does not begin its second part with the continuing_subword_prefix \"##\".");
    }

    private static void assertRefused(String json, String reason) {
        assertThatThrownBy(() -> TextTokenizer.of(new TokenizerJson(FILE, json)))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith("tokenizer.json: ")
                .hasMessageContaining(reason);
    }
}
