package io.github.residual4j.capture.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.capture.internal.token.TextTokenizer;
import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The embedded model's tokenizer, taken apart into vocab.json and merges.txt, against ids of src/test/reference/tokens.py. */
class VocabularyAndMergesTest {
    private static final int SIZE = 4096;

    @TempDir
    Path folder;

    @BeforeEach
    void takeTheTokenizerApart() throws IOException {
        JsonObject whole = JsonParser.parseString(
                        Checkpoint.embedded().tokenizer().orElseThrow().json())
                .getAsJsonObject();
        JsonObject vocabulary = whole.getAsJsonObject("model").getAsJsonObject("vocab");
        for (JsonElement token : whole.getAsJsonArray("added_tokens")) {
            JsonObject added = token.getAsJsonObject();
            vocabulary.add(added.get("content").getAsString(), added.get("id"));
        }
        StringBuilder merges = new StringBuilder("#version: 0.2\n");
        for (JsonElement merge : whole.getAsJsonObject("model").getAsJsonArray("merges")) {
            merges.append(merge.isJsonArray() ? joined(merge.getAsJsonArray()) : merge.getAsString())
                    .append('\n');
        }
        write("vocab.json", vocabulary.toString());
        write("merges.txt", merges.toString());
    }

    private static String joined(JsonArray merge) {
        return merge.get(0).getAsString() + " " + merge.get(1).getAsString();
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
    }

    private TextTokenizer tokenizer() {
        return TextTokenizer.of(TokenizerFiles.read(folder).orElseThrow());
    }

    private static JsonArray expected() throws IOException {
        try (InputStream json =
                Objects.requireNonNull(VocabularyAndMergesTest.class.getResourceAsStream("/tokens/expected.json"))) {
            return JsonParser.parseString(new String(json.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonArray();
        }
    }

    @Test
    void splitsTextsAsGpt2Does() throws IOException {
        try (TextTokenizer tokenizer = tokenizer()) {
            for (JsonElement element : expected()) {
                String text = element.getAsJsonObject().get("text").getAsString();
                long[] ids = element.getAsJsonObject().getAsJsonArray("ids").asList().stream()
                        .mapToLong(JsonElement::getAsLong)
                        .toArray();
                assertThat(tokenizer.encode(text)).as(text).containsExactly(ids);
                assertThat(tokenizer.decode(ids)).isEqualTo(text);
            }
        }
    }

    @Test
    void tokenizerJsonComesFirst() throws IOException {
        write("tokenizer.json", "{}");

        assertThat(TokenizerFiles.read(folder).orElseThrow().source()).isEqualTo(folder.resolve("tokenizer.json"));
    }

    @Test
    void takesAddedAndSpecialTokens() throws IOException {
        write("added_tokens.json", "{\"[SEP]\": %d, \"[PAD]\": %d}".formatted(SIZE + 1, SIZE));
        write(
                "special_tokens_map.json",
                "{\"pad_token\": \"[PAD]\", \"bos_token\": {\"content\": \" capital\"}, \"other\": [\"[CLS]\"]}");

        try (TextTokenizer tokenizer = tokenizer()) {
            assertThat(tokenizer.encode("Paris[SEP][PAD]")).endsWith(SIZE + 1, SIZE);
            assertThat(tokenizer.decode(SIZE, SIZE + 1)).isEqualTo("[PAD] [SEP]".replace(" ", ""));
        }
    }

    @Test
    void readsWordsAsIfASpaceStoodBeforeThemWhereTheConfigurationSaysSo() throws IOException {
        write("tokenizer_config.json", "{\"add_prefix_space\": true}");

        try (TextTokenizer tokenizer = tokenizer()) {
            assertThat(tokenizer.encode("is the")).isEqualTo(tokenizer.encode(" is the"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vocab.json | [] | the file holds no JSON object.",
                "vocab.json | {\"a\": \"0\"} | token \"a\" has the id \"0\", not a whole number.",
                "vocab.json | {\"a\": -1} | token \"a\" has the id -1, not a whole number.",
                "merges.txt | a | line 1 is \"a\"; a merge is two parts with a space between them.",
                "merges.txt | a  b | line 1 is \"a  b\"; a merge is two parts with a space between them.",
                "merges.txt | a € | line 1 is \"a €\", but vocab.json has no token \"€\".",
                "added_tokens.json | {\"[PAD]\": 7} | token \"[PAD]\" has the id 7 where, after vocab.json, 4096 is due.",
            })
    void refusesWhatIsDamaged(String file, String content, String reason) throws IOException {
        write(file, content);

        assertThatThrownBy(() -> TokenizerFiles.read(folder))
                .isInstanceOf(BadFileException.class)
                .hasMessage(folder.resolve(file) + ": " + reason);
    }

    @ParameterizedTest
    @CsvSource({"vocab.json, merges.txt", "merges.txt, vocab.json"})
    void refusesOneWithoutTheOther(String there, String missing) throws IOException {
        Files.delete(folder.resolve(missing));

        assertThat(folder.resolve(there)).exists();
        assertThatThrownBy(() -> TokenizerFiles.read(folder))
                .isInstanceOf(BadFileException.class)
                .hasMessage(folder.resolve(missing) + ": there is no such file; a tokenizer is tokenizer.json, or"
                        + " vocab.json together with merges.txt.");
    }
}
