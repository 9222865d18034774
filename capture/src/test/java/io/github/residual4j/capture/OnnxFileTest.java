package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.internal.io.NpzReader;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A GPT-2 that somebody exported to ONNX is opened and captured like any other. */
class OnnxFileTest {
    private static final Reference MICRO = Reference.of("micro");

    @TempDir
    Path folder;

    private static Path export(String name) {
        return Reference.resource("/exports/" + name + ".onnx");
    }

    private Path copied(String name, String to) throws IOException {
        Path target = folder.resolve(to);
        Files.createDirectories(target.getParent());
        return Files.copy(export(name), target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "micro-opset11",
                "micro-opset13",
                "micro-hidden-states",
                "micro-with-past",
                "head-mask",
                "dynamo-opset23",
                "fixed-length"
            })
    void isCaptured(String name) {
        try (LanguageModel model = LanguageModel.load(export(name))) {
            ActivationSession session = model.capture(MICRO.ids());
            MICRO.assertStream(session);
            MICRO.assertFinal(session);
            Reference.assertClose(
                    "logits", session.arrays().get(ActivationSession.LOGITS).toArray(), MICRO.values("logits_last"), 0);
            assertThat(session.modelName()).hasValue(name);
            assertThat(session.provenance().layerNormEpsilon()).hasValue(1e-5);
            assertThat(session.points().get(1).name()).isEqualTo("blocks.0.resid_mid");
        }
    }

    @Test
    void requestsReachAsFarAsTheFile() {
        try (LanguageModel model = LanguageModel.load(export("micro-with-past"))) {
            ActivationSession all = model.capture(MICRO.ids());
            ActivationSession part = model.request(MICRO.ids())
                    .points(HookPoint.RESID_POST, HookPoint.ATTENTION_PATTERN, HookPoint.MLP_OUTPUT)
                    .positions(Positions.range(2, 5))
                    .stopAfterBlock(0)
                    .capture();
            assertThat(part.points()).extracting(Object::toString).containsExactly("blocks.0.resid_post");
            Reference.assertClose("resid_post", part.vector(0, 1), all.vector(2, 3), 0);
            assertThat(part.arrays().get(ActivationSession.ATTENTION_PATTERNS).shape())
                    .containsExactly(1, 2, 3, 5);
            assertThat(part.arrays().get("blocks.0.mlp_out").shape()).containsExactly(1, 3, 16);
            assertThatThrownBy(
                            () -> model.request(1, 2).points(HookPoint.MLP_PRE).capture())
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("cannot give MLP_PRE")
                    .hasMessageContaining("RESID_MID");
        }
    }

    @Test
    void fileWithoutHeadHasNoLogits() throws IOException {
        OnnxMl.ModelProto.Builder model =
                OnnxMl.ModelProto.parseFrom(Files.readAllBytes(export("micro-hidden-states"))).toBuilder();
        OnnxMl.GraphProto.Builder graph = model.getGraphBuilder();
        for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
            if (graph.getNode(i).getOutput(0).equals("logits")) {
                graph.removeNode(i);
            }
        }
        graph.removeOutput(0);
        Path file = Files.write(folder.resolve("headless.onnx"), model.build().toByteArray());
        try (LanguageModel headless = LanguageModel.load(file)) {
            ActivationSession session = headless.capture(MICRO.ids());
            MICRO.assertStream(session);
            assertThat(session.arrays()).containsOnlyKeys(ActivationSession.FINAL);
        }
    }

    @Test
    void manyTextsAreCaptured() throws IOException {
        Path file = copied("micro-opset11", "many/model.onnx");
        ModelOptions options = ModelOptions.defaults().tokenizer(tokenizer(folder.resolve("t.json")));
        try (LanguageModel model = LanguageModel.load(file, options)) {
            List<String> texts = Stream.of("!", "\"#", "$%&", "'()*+")
                    .filter(t -> fits(model, t))
                    .toList();
            assertThat(texts).isNotEmpty();
            List<ActivationSession> together;
            try (Stream<ActivationSession> sessions = model.captureAll(texts.stream())) {
                together = sessions.toList();
            }
            for (int i = 0; i < texts.size(); i++) {
                ActivationSession alone = model.capture(texts.get(i));
                assertThat(together.get(i).points()).isEqualTo(alone.points());
                CaptureAllTest.assertSame("last state", together.get(i).state(4), alone.state(4));
            }
        }
    }

    private static boolean fits(LanguageModel model, String text) {
        return model.tokenize(text).stream().allMatch(token -> token.id().getAsLong() < 61);
    }

    @Test
    void tokenizerBesideTheFileOrGiven() throws IOException {
        Path embedded = tokenizer(folder.resolve("elsewhere.json"));
        Path file = copied("micro-opset11", "alone/model.onnx");
        try (LanguageModel model = LanguageModel.load(file)) {
            assertThatThrownBy(() -> model.capture("Hi"))
                    .hasMessageContaining("The model alone has no tokenizer beside it");
        }
        try (LanguageModel model =
                LanguageModel.load(file, ModelOptions.defaults().tokenizer(embedded))) {
            assertThat(model.tokenize("Paris is")).isNotEmpty();
        }
        tokenizer(file.resolveSibling("tokenizer.json"));
        try (LanguageModel model = LanguageModel.load(file.getParent())) {
            assertThat(model.name()).isEqualTo("alone");
            assertThat(model.tokenize("Paris is")).isNotEmpty();
        }
        assertThatThrownBy(
                        () -> LanguageModel.load(file, ModelOptions.defaults().tokenizer(folder.resolve("none.json"))))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("none.json: there is no such file");
    }

    private static Path tokenizer(Path to) throws IOException {
        try (var in =
                LanguageModel.class.getResourceAsStream("/io/github/residual4j/capture/tiny-gpt2/tokenizer.json")) {
            Files.copy(in, to);
        }
        return to;
    }

    private static float[] logitsOfTorch(String file) {
        try (NpzReader npz = new NpzReader(Reference.resource("/exports/" + file))) {
            return npz.read("logits", array -> {
                float[] values = new float[array.shape().stream().reduce(1, (a, b) -> a * b)];
                array.floats(List.of(FloatBuffer.wrap(values)));
                return values;
            });
        }
    }

    /** nanoGPT's forward, whose head reads the last position only. */
    @Test
    void everyPointOfAFileThatScoresTheLastPositionOnly() {
        try (LanguageModel model = LanguageModel.load(Reference.resource("/exports/last-logits.onnx"))) {
            assertThat(model.description().notes()).contains("it gives logits for the last position only");
            ActivationSession session = model.request(3, 14, 15, 92, 65, 35, 8, 9, 79, 32, 1, 399)
                    .allPoints()
                    .capture();
            assertThat(session.arrays().get(ActivationSession.LOGITS).shape()).containsExactly(1, 1, 400);
            assertThat(session.arrays().get(ActivationSession.FINAL).shape()).containsExactly(1, 12, 16);
            assertThat(session.points()).hasSize(5);
            float[] expected = logitsOfTorch("last-logits.npz");
            for (int id = 0; id < expected.length; id++) {
                assertThat(session.arrays().get(ActivationSession.LOGITS).get(0, 0, id))
                        .isCloseTo(expected[id], within(1e-4f + 1e-3f * Math.abs(expected[id])));
            }
            assertThatThrownBy(
                            () -> model.request(3, 14).points(HookPoint.LOGITS).capture())
                    .isInstanceOf(BadRequestException.class);
        }
        try (LanguageModel model = LanguageModel.embedded()) {
            assertThat(model.request("a b")
                            .allPoints()
                            .capture()
                            .arrays()
                            .get(ActivationSession.LOGITS)
                            .shape()[1])
                    .isGreaterThan(1);
        }
    }

    @Test
    void foldersWithOnnxFiles() throws IOException {
        copied("micro-opset13", "hub/onnx/model.onnx");
        copied("micro-with-past", "hub/onnx/model_cached.onnx");
        Files.copy(Reference.micro().resolve("config.json"), folder.resolve("hub/config.json"));
        try (LanguageModel model = LanguageModel.load(folder.resolve("hub"))) {
            assertThat(model.name()).isEqualTo("hub");
            assertThat(model.config().heads()).isEqualTo(2); // config.json above the subfolder
            assertThat(model.request(1).prependBos().capture().tokens()).hasSize(2);
            MICRO.assertStream(model.capture(MICRO.ids()));
        }
        Files.move(folder.resolve("hub/onnx/model.onnx"), folder.resolve("hub/onnx/other.onnx"));
        assertThatThrownBy(() -> LanguageModel.load(folder.resolve("hub")))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("[model_cached.onnx, other.onnx]; name the one to open");
        assertThatThrownBy(() -> LanguageModel.load(folder.resolve("none.onnx")))
                .hasMessageContaining("there is no such file");
    }

    @Test
    void configurationOfAnotherModelIsLeftAside() throws IOException {
        Path file = copied("micro-opset13", "mixed/model.onnx");
        String config = Files.readString(Reference.micro().resolve("config.json"));
        Files.writeString(file.resolveSibling("config.json"), config.replace("\"n_layer\": 2", "\"n_layer\": 3"));
        try (LanguageModel model = LanguageModel.load(file)) {
            assertThat(model.description().shape().blocks()).isEqualTo(2);
            assertThatThrownBy(model::config)
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("mixed is an ONNX file");
        }
    }

    @Test
    void descriptionTellsWhatWasFoundAndWhere() {
        try (LanguageModel model = LanguageModel.load(export("micro-with-past"))) {
            assertThat(model.description().shape().heads()).isEqualTo(OptionalInt.of(2));
            assertThat(model.description()).hasToString("""
                    micro-with-past: GPT-2 of 2 layers, 2 heads, width 16, vocabulary 61, context 32
                    inputs
                      "input_ids" int64 [batch, sequence]: token ids
                      "attention_mask" int64 [batch, total]: attention mask
                      "past_key_values.0.key" float32 [batch, 2, past, 8]: cache, empty for a fresh text
                      "past_key_values.0.value" float32 [batch, 2, past, 8]: cache, empty for a fresh text
                      "past_key_values.1.key" float32 [batch, 2, past, 8]: cache, empty for a fresh text
                      "past_key_values.1.value" float32 [batch, 2, past, 8]: cache, empty for a fresh text
                    points
                      embed                "/Add_output_0"
                      blocks.0.resid_mid   "/Add_2_output_0"
                      blocks.0.resid_post  "/Add_5_output_0"
                      blocks.1.resid_mid   "/Add_6_output_0"
                      blocks.1.resid_post  "/Add_9_output_0"
                      final                "/ln_f/Add_1_output_0"
                      logits               "logits"
                    also blocks.l.ln1.normalized, blocks.l.attn.pattern, blocks.l.attn_out, blocks.l.ln2.normalized, blocks.l.mlp_out""");
        }
        try (LanguageModel model = LanguageModel.load(export("micro-hidden-states"))) {
            assertThat(model.description().notes())
                    .containsExactly(
                            "its outputs \"hidden_states.0\" to \"hidden_states.2\" are Hugging Face's hidden states:"
                                    + " the last of them is final, not blocks.1.resid_post",
                            "it gives out no cache of keys and values that it takes, so text that is generated is read anew"
                                    + " at each step");
            assertThat(model.description().toString())
                    .contains(model.description().notes().get(0))
                    .endsWith(model.description().notes().get(1));
        }
        try (LanguageModel model = LanguageModel.load(export("fixed-length"))) {
            assertThat(model.description().onlyLength()).hasValue(11);
            assertThat(model.description().toString()).contains("context 11, texts of exactly 11 tokens\n");
        }
        try (LanguageModel model = LanguageModel.embedded()) {
            assertThat(model.description().points()).hasSize(19).containsEntry("blocks.7.resid_post", "");
            assertThat(model.description().toString()).contains("\n  blocks.7.resid_post\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"micro-opset13", "fixed-length", "optimized-float16"})
    void checksItself(String name) {
        try (LanguageModel model = LanguageModel.load(export(name))) {
            Set<String> checked =
                    model.selfCheck(MICRO.ids()).largestDifference().keySet();
            boolean fused = name.equals("optimized-float16"); // what an MLP adds is no tensor of its own there
            assertThat(checked).hasSize(fused ? 4 : 5);
        }
    }

    @Test
    void weightsHashIsTheFiles() throws Exception {
        byte[] content = Files.readAllBytes(export("micro-opset11"));
        String expected =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        try (LanguageModel model = LanguageModel.load(export("micro-opset11"))) {
            assertThat(model.capture(1, 2).provenance().modelSha256()).hasValue(expected);
        }
    }
}
