package io.github.residual4j.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.TestSessions;
import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TextFileTest {
    private static final String TEXT = "{\"a\": \"é 東 🌍\",\r\n \"b\": 1}\n";

    @TempDir
    Path folder;

    static Stream<Arguments> encodings() {
        return Stream.of("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")
                .flatMap(name -> Stream.of("", "\uFEFF").map(mark -> Arguments.of(name, mark)));
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void everyEncodingThatWindowsWritesGivesTheSameText(String encoding, String mark) throws IOException {
        Path file = folder.resolve("a.json");
        Files.write(file, (mark + TEXT).getBytes(Charset.forName(encoding)));
        assertThat(TextFile.read(file)).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void aSessionsConfigurationIsReadInAnyOfThem(String encoding, String mark) throws IOException {
        Files.copy(TestSessions.resource("npz/states-le-f4.npz"), folder.resolve("tensors.npz"));
        String config = mark + "{\"text\": \"é 東\", \"model_name\": \"m\"}";
        Files.write(folder.resolve("config.json"), config.getBytes(Charset.forName(encoding)));
        assertThat(ActivationSession.load(folder).text()).contains("é 東");
    }

    @Test
    void bytesThatAreNoTextAreNamedWithTheirPlace() throws IOException {
        Path file = folder.resolve("a.json");
        Files.write(file, "{\n\"a\": \"é\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> TextFile.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessage(file + ": the file is not UTF-8 text (byte 0xe9 at 8, in line 2); save it as UTF-8.");
        Files.write(file, new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0, 0, (byte) 0xD8, 'b', 0}); // half a character
        assertThatThrownBy(() -> TextFile.read(file)).hasMessageContaining("the file is not UTF-16LE text");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> TextFile.read(folder.resolve("none")))
                .isInstanceOf(BadFileException.class)
                .hasMessage(folder.resolve("none") + ": there is no such file.");
    }

    @Test
    void aSessionInGitIsPerhapsOnlyAPointer() throws IOException {
        Files.writeString(
                folder.resolve("tensors.npz"),
                "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 7900000\n");
        assertThatThrownBy(() -> ActivationSession.load(folder))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("Git LFS pointer in place of the file, which has 7900000 bytes");
    }

    /** Gson speaks to those who call it: of its classes, its settings and its pages of help. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": | End of input in line 1, column 6, at $.a",
                "{\"a\" 1} | Expected ':' in line 1, column 7, at $.a",
                "[1, 2 | End of input in line 1, column 6, at $[2]",
                "{\"a\": \"\\q\"} | Invalid escape sequence",
                "{broken | ",
                "{\"a\": nul} x | malformed JSON",
            })
    void whatGsonSaysIsToldInWordsForTheReader(String json, String said) {
        assertThatThrownBy(() -> JsonParser.parseString(json))
                .isInstanceOf(JsonParseException.class)
                .satisfies(e -> assertThat(JsonFault.of(e))
                        .contains(said == null ? "" : said)
                        .doesNotContain("Gson", "gson", "JsonReader", "Exception", "http", "\n"));
    }
}
