package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a checkpoint or a text is said in one sentence, at once. */
class BadInputTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void copyMicro() throws IOException {
        Files.copy(Reference.micro().resolve("config.json"), folder.resolve("config.json"));
        Files.copy(Reference.micro().resolve("model.safetensors"), folder.resolve("model.safetensors"));
    }

    private void assertBadFile(String file, String reason) {
        assertThatThrownBy(() -> LanguageModel.load(folder).close())
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(folder.resolve(file) + ": ")
                .hasMessageContaining(reason)
                .hasMessageEndingWith(".");
    }

    private void replaceInConfig(String from, String to) throws IOException {
        Path config = folder.resolve("config.json");
        String json = Files.readString(config);
        Files.writeString(config, json.replace(from, to));
    }

    @Test
    void aFolderWithoutAFileOfTheCheckpointIsRefused() throws IOException {
        Files.delete(folder.resolve("model.safetensors"));
        assertBadFile("model.safetensors", "there is no such file");
        Files.delete(folder.resolve("config.json"));
        assertBadFile("config.json", "a checkpoint folder holds config.json and model.safetensors");
    }

    @Test
    void whatIsNoFolderIsRefused() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> LanguageModel.load(missing))
                .isInstanceOf(BadFileException.class)
                .hasMessage(missing + ": there is no such folder.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"gpt2\" | \"llama\" | model_type is \"llama\"; only \"gpt2\" is supported.",
                "\"n_layer\": 2 | \"n_layer\": 0 | n_layer must be a whole number of at least 1, not 0.",
                "\"n_layer\": 2 | \"n_layer\": 2.5 | n_layer must be a whole number of at least 1, not 2.5.",
                "\"n_layer\": 2 | \"n_layer\": \"2\" | n_layer must be a whole number",
                "\"n_embd\" | \"hidden_size\" | n_embd is missing; a GPT-2 configuration has it.",
                "\"n_head\": 2 | \"n_head\": 3 | n_embd 16 cannot be divided among n_head 3 heads.",
                "gelu_new | mish | activation_function is \"mish\"; supported are gelu_new, gelu_fast, gelu_accurate, gelu_pytorch_tanh,",
                "1e-05 | -1 | layer_norm_epsilon must be a number of at least 0, not -1.",
                "\"n_inner\": null | \"add_cross_attention\": true | add_cross_attention is true",
                "{ | [ | not valid JSON",
            })
    void aConfigurationThatIsNoGpt2IsRefusedByField(String from, String to, String reason) throws IOException {
        replaceInConfig(from, to);
        assertBadFile("config.json", reason);
    }

    @Test
    void aDimensionThatTheWeightsDoNotHaveIsRefusedByTensor() throws IOException {
        replaceInConfig("\"n_inner\": null", "\"n_inner\": 32");
        assertBadFile(
                "model.safetensors",
                "tensor \"h.0.mlp.c_fc.weight\" has the shape [16, 64]; config.json calls for [16, 32]");
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        replaceInConfig("\"n_layer\": 2", "\"n_layer\": 3");
        assertBadFile("model.safetensors", "there is no tensor \"h.2.ln_1.weight\"; a GPT-2 has it");
    }

    @Test
    void weightsThatAreCutOffAreRefused() throws IOException {
        Path weights = folder.resolve("model.safetensors");
        byte[] all = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(all, all.length - 1));
        assertBadFile("model.safetensors", "the file holds 32319; it is cut off");
        Files.write(weights, Arrays.copyOf(all, 1000));
        assertBadFile("model.safetensors", "the header claims to be 2224 bytes long but only 992 follow");
    }

    @Test
    void aTokenizerThatIsNoneIsRefused() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), "{\"version\": \"1.0\"}");
        assertBadFile("tokenizer.json", "this is not a tokenizer.json");
        Files.write(folder.resolve("tokenizer.json"), "\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertBadFile("tokenizer.json", "the file is not UTF-8 text");
    }

    @Test
    void textThatCannotBeRunIsRefusedWithItsLength() {
        try (LanguageModel model = LanguageModel.embedded()) {
            assertBadRequest(() -> model.capture(""), "The text is empty; a model needs at least one token.");
            assertBadRequest(() -> model.capture(new long[0]), "The text is empty; a model needs at least one token.");
            String tooLong = String.join("", Collections.nCopies(257, " the"));
            assertBadRequest(
                    () -> model.capture(tooLong), "The text has 257 tokens; the model tiny-gpt2 takes at most 256.");
            model.capture(tooLong.substring(4));
            String muchTooLong = String.join("", Collections.nCopies(1000, " the"));
            assertBadRequest(
                    () -> model.capture(muchTooLong),
                    "The text has 1000 tokens; the model tiny-gpt2 takes at most 256.");
            assertBadRequest(
                    () -> model.capture("a\uD83C!"),
                    "The text holds half a character, an unpaired surrogate, at index 1; it cannot be tokenized.");
        }
    }

    @Test
    void anIdOutsideTheVocabularyIsRefused() {
        try (LanguageModel model = LanguageModel.load(folder)) {
            String reason = " is not in the vocabulary of " + model.name() + ", whose ids are 0 to 60.";
            assertBadRequest(() -> model.capture(1, 61), "Token id 61 at position 1" + reason);
            assertBadRequest(() -> model.capture(-1), "Token id -1 at position 0" + reason);
            assertBadRequest(() -> model.decode(61), "Token id 61 at position 0" + reason);
        }
    }

    @Test
    void textForAModelWithoutTokenizerIsRefused() {
        try (LanguageModel model = LanguageModel.load(Reference.micro())) {
            assertBadRequest(
                    () -> model.capture("x"),
                    "The model micro has no tokenizer beside it (tokenizer.json, or vocab.json and merges.txt), so it takes token ids, not text.");
        }
    }

    private static void assertBadRequest(Runnable call, String message) {
        assertThatThrownBy(call::run).isInstanceOf(BadRequestException.class).hasMessage(message);
    }
}
