package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.hook.Token;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every text file of a checkpoint is read in UTF-8 and UTF-16, with a byte-order mark and without. */
class EncodedFilesTest {
    private static final String TEXT = "Bogotá is the capital of";
    private static final List<String> WHOLE = List.of("config.json", "model.safetensors.index.json", "tokenizer.json");
    private static final List<String> IN_PARTS = List.of(
            "vocab.json", "merges.txt", "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json");

    @TempDir
    Path folder;

    @BeforeEach
    void copySharded() throws IOException {
        try (Stream<Path> files = Files.list(Reference.resource("/variants/sharded"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        try (InputStream tokenizer = LanguageModel.class.getResourceAsStream("tiny-gpt2/tokenizer.json")) {
            Files.copy(tokenizer, folder.resolve("tokenizer.json"));
        }
    }

    /** The same tokenizer as the files that OpenAI published have it. */
    private void takeApart() throws IOException {
        Path whole = folder.resolve("tokenizer.json");
        JsonObject model = JsonParser.parseString(Files.readString(whole))
                .getAsJsonObject()
                .getAsJsonObject("model");
        Files.delete(whole);
        Files.writeString(folder.resolve("vocab.json"), model.get("vocab").toString());
        StringBuilder merges = new StringBuilder("#version: 0.2\n");
        for (JsonElement merge : model.getAsJsonArray("merges")) {
            if (merge.isJsonArray()) {
                JsonArray parts = merge.getAsJsonArray();
                merges.append(parts.get(0).getAsString())
                        .append(' ')
                        .append(parts.get(1).getAsString());
            } else {
                merges.append(merge.getAsString());
            }
            merges.append('\n');
        }
        Files.writeString(folder.resolve("merges.txt"), merges);
        Files.writeString(folder.resolve("added_tokens.json"), "{}");
        Files.writeString(folder.resolve("special_tokens_map.json"), "{\"bos_token\": \"<|endoftext|>\"}");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"add_prefix_space\": false}");
    }

    private List<Token> tokens() {
        try (LanguageModel model = LanguageModel.load(folder)) {
            return model.tokenize(TEXT);
        }
    }

    static Stream<Arguments> everyFileInEveryEncoding() {
        return Stream.concat(WHOLE.stream(), IN_PARTS.stream())
                .flatMap(file -> Stream.of("UTF-8", "UTF-16LE", "UTF-16BE")
                        .flatMap(encoding -> Stream.of("", "\uFEFF").map(mark -> Arguments.of(file, encoding, mark))));
    }

    @ParameterizedTest
    @MethodSource("everyFileInEveryEncoding")
    void readsTheSame(String file, String encoding, String mark) throws IOException {
        List<Token> expected = tokens();
        if (IN_PARTS.contains(file)) {
            takeApart();
        }
        Path path = folder.resolve(file);
        String text = mark + Files.readString(path).replace("\n", "\r\n");
        Files.write(path, text.getBytes(Charset.forName(encoding)));
        assertThat(tokens()).isEqualTo(expected).hasSizeGreaterThan(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "model.safetensors.index.json",
                "tokenizer.json",
                "vocab.json",
                "merges.txt",
                "special_tokens_map.json"
            })
    void bytesThatAreNoTextAreNamed(String file) throws IOException {
        if (IN_PARTS.contains(file)) {
            takeApart();
        }
        Path path = folder.resolve(file);
        String text = Files.readString(path) + "\n\u00e9"; // as Latin-1 has it
        Files.write(path, text.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(this::tokens)
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(path + ": the file is not UTF-8 text (byte 0x")
                .hasMessageEndingWith("; save it as UTF-8.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "model.safetensors.index.json", "tokenizer.json", "vocab.json"})
    void brokenJsonIsToldInOneSentence(String file) throws IOException {
        if (IN_PARTS.contains(file)) {
            takeApart();
        }
        Path path = folder.resolve(file);
        for (String broken : List.of("{\"a\": 1", "{\"a\" 1}", "{'a': 1, nul}", "[1, 2]", "null", "\"text\"")) {
            Files.writeString(path, broken);
            assertThatThrownBy(this::tokens)
                    .isInstanceOf(BadFileException.class)
                    .hasMessageStartingWith(path + ": ")
                    .hasMessageEndingWith(".")
                    .message()
                    .doesNotContain("\n", "Gson", "gson", "JsonReader", "Exception", "..");
        }
    }
}
