package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.SafetensorsEntry;
import io.github.residual4j.internal.io.SafetensorsFile;
import io.github.residual4j.internal.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every option of a configuration and every way of writing weights, against values of src/test/reference/variants.py.
 * GELU and its tanh approximation differ by 4e-4 here, so the tolerance is narrower than the project's.
 */
class CheckpointVariantsTest {
    private static final float TOLERANCE = 2e-5f;

    private static Path folder(String variant) {
        return Reference.resource("/variants/" + variant);
    }

    private static Reference reference(String variant) {
        return new Reference(SafetensorsFile.open(folder(variant).resolve("expected.safetensors")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "prefixed",
                "sharded",
                "unaligned",
                "old-config",
                "f16",
                "bf16",
                "f64",
                "untied",
                "stored-head",
                "head-only",
                "n-inner",
                "epsilon",
                "gelu",
                "gelu-pytorch-tanh",
                "gelu-10",
                "quick-gelu",
                "silu",
                "relu",
                "tanh",
                "unscaled-attention",
                "scaled-by-layer",
                "reordered-attention",
                "head-bias",
                "width-1"
            })
    void computesWhatTheConfigurationSays(String variant) {
        Reference expected = reference(variant);
        try (LanguageModel model = LanguageModel.load(folder(variant))) {
            ActivationSession session = model.capture(expected.ids());
            assertStream(session, expected);
            assertClose("final", session.arrays().get(ActivationSession.FINAL).toArray(), expected.values("final"), 0);
            assertClose(
                    "logits",
                    session.arrays().get(ActivationSession.LOGITS).toArray(),
                    expected.values("logits_last"),
                    0);
        }
    }

    /** Names that transformers' ACT2FN has for a function it knows by another name too. */
    @ParameterizedTest
    @CsvSource({
        "plain, gelu_fast",
        "plain, gelu_accurate",
        "plain, gelu_python_tanh",
        "gelu, gelu_python",
        "silu, swish"
    })
    void anotherNameOfTheSameFunction(String variant, String name, @TempDir Path copy) throws IOException {
        String config = Files.readString(folder(variant).resolve("config.json"));
        Files.writeString(
                copy.resolve("config.json"),
                config.replaceFirst("(\"activation_function\": )\"\\w+\"", "$1\"" + name + "\""));
        Files.copy(folder(variant).resolve("model.safetensors"), copy.resolve("model.safetensors"));
        Reference expected = reference(variant);
        try (LanguageModel model = LanguageModel.load(copy)) {
            assertStream(model.capture(expected.ids()), expected);
        }
    }

    @Test
    void aHeadThatIsStoredThoughTheConfigurationTiesItIsTold() {
        try (LanguageModel model = LanguageModel.load(folder("stored-head"))) {
            assertThat(model.description().notes())
                    .singleElement()
                    .asString()
                    .contains("lm_head.weight is stored and differs from wte.weight");
            assertThat(model.config().tiedHead()).isFalse();
            assertThat(model.selfCheck(1, 2, 3).largestDifference()).containsKey(SelfCheck.UNEMBEDDING);
        }
        for (String same : List.of("prefixed", "head-only", "plain", "untied")) { // one stored head is the embedding
            try (LanguageModel model = LanguageModel.load(folder(same))) {
                assertThat(model.description().notes()).as(same).isEmpty();
            }
        }
    }

    /** GPT2ForSequenceClassification and its like have no unembedding, whatever their configuration says of ties. */
    @ParameterizedTest
    @ValueSource(strings = {"score.weight", "classifier.weight", "qa_outputs.weight"})
    void aClassifierHasNoLogits(String head, @TempDir Path copy) throws IOException {
        SafetensorsFile stored = SafetensorsFile.open(folder("plain").resolve("model.safetensors"));
        SafetensorsWriter writer = new SafetensorsWriter();
        for (SafetensorsEntry tensor : stored.entries().values()) {
            writer.floats(
                    "transformer." + tensor.name(),
                    FloatType.F32,
                    stored.floats(tensor.name()),
                    tensor.shape().stream().mapToInt(Long::intValue).toArray());
        }
        writer.floats(head, FloatType.F32, FloatBuffer.allocate(16), 2, 8);
        writer.save(copy.resolve("model.safetensors"));
        String config = Files.readString(folder("plain").resolve("config.json"));
        Reference expected = reference("plain");
        for (String tied : List.of("true", "false")) {
            Files.writeString(
                    copy.resolve("config.json"), config.replaceFirst("\\{", "{\"tie_word_embeddings\": " + tied + ","));
            try (LanguageModel model = LanguageModel.load(copy)) {
                assertThat(model.description().offers()).doesNotContain(HookPoint.LOGITS);
                assertThat(model.description().points()).doesNotContainKey("logits");
                assertThat(model.description().toString()).contains(head).contains("it has no logits");
                assertStream(model.capture(expected.ids()), expected);
                assertThatThrownBy(() -> model.request(1).lastLogits().capture())
                        .isInstanceOf(BadRequestException.class)
                        .hasMessageContaining("LOGITS");
                model.selfCheck(expected.ids());
            }
        }
    }

    /** An untied model without its embedding is not complete: the head must not take its place. */
    @Test
    void aHeadIsTheEmbeddingOnlyWhereTheConfigurationTiesThem(@TempDir Path copy) throws IOException {
        String config = Files.readString(folder("head-only").resolve("config.json"));
        Files.writeString(copy.resolve("config.json"), config.replaceFirst("\\{", "{\"tie_word_embeddings\": false,"));
        Files.copy(folder("head-only").resolve("model.safetensors"), copy.resolve("model.safetensors"));
        assertThatThrownBy(() -> LanguageModel.load(copy))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("there is no tensor \"wte.weight\"");
    }

    /** Attention is one operator by default, another when queries are asked for, and spelled out for its pattern. */
    @ParameterizedTest
    @CsvSource({
        "plain, Q",
        "plain, ATTENTION_PATTERN",
        "unaligned, Q",
        "unaligned, ATTENTION_PATTERN",
        "unscaled-attention, Q",
        "unscaled-attention, ATTENTION_PATTERN",
        "scaled-by-layer, Q",
        "scaled-by-layer, ATTENTION_PATTERN",
        "reordered-attention, Q",
        "reordered-attention, ATTENTION_PATTERN"
    })
    void scalesAttentionInEveryFormOfIt(String variant, HookPoint inner) {
        Reference expected = reference(variant);
        try (LanguageModel model = LanguageModel.load(folder(variant))) {
            assertStream(
                    model.request(expected.ids())
                            .points(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, inner)
                            .capture(),
                    expected);
        }
    }

    /** ONNX Runtime reads weights in place; where they begin must not change a bit, whichever operators read them. */
    @ParameterizedTest
    @EnumSource(Optimization.class)
    void whereDataBeginDoesNotMatter(Optimization level) {
        long[] ids = reference("plain").ids();
        HookPoint[] everything = HookPoint.values();
        ModelOptions options = ModelOptions.defaults().optimizedTo(level);
        try (LanguageModel aligned = LanguageModel.load(folder("plain"), options);
                LanguageModel unaligned = LanguageModel.load(folder("unaligned"), options)) {
            for (HookPoint[] points : new HookPoint[][] {everything, {HookPoint.RESID_POST}, {HookPoint.Q}}) {
                ActivationSession expected = aligned.request(ids).points(points).capture();
                ActivationSession actual = unaligned.request(ids).points(points).capture();
                assertThat(actual.arrays()).isEqualTo(expected.arrays());
                for (int p = 0; p < expected.points().size(); p++) {
                    for (int t = 0; t < ids.length; t++) {
                        assertThat(actual.vector(p, t)).isEqualTo(expected.vector(p, t));
                    }
                }
            }
        }
    }

    private static void assertStream(ActivationSession session, Reference expected) {
        float[] points = expected.values("points"); // [P, T, D]
        int size = session.tokens().size() * session.width();
        assertThat(session.points()).hasSize(5);
        for (int p = 0; p < session.points().size(); p++) {
            for (int t = 0; t < session.tokens().size(); t++) {
                assertClose(
                        session.points().get(p) + ", token " + t,
                        session.vector(p, t),
                        points,
                        p * size + t * session.width());
            }
        }
    }

    private static void assertClose(String what, float[] actual, float[] expected, int from) {
        for (int i = 0; i < actual.length; i++) {
            float e = expected[from + i];
            assertThat(Math.abs(actual[i] - e))
                    .as("%s, dimension %d: %s, expected %s", what, i, actual[i], e)
                    .isLessThanOrEqualTo(TOLERANCE + TOLERANCE * Math.abs(e));
        }
    }

    @Test
    void theHashOfWeightsInOneFileIsThatOfTheFileAndOfShardsThatOfTheirList() {
        // sha256sum model.safetensors; sha256sum model-*.safetensors | sha256sum
        assertThat(sha256("plain")).isEqualTo("4909e3897ae7ae47c7868758507f4bb690de37bc786802e15ccca4c61b44f4a2");
        assertThat(sha256("sharded")).isEqualTo("efd8129281fc50dfb9fb8235769f7e648acb1557c6c580f670da27e2e9f2ca6c");
    }

    private static String sha256(String variant) {
        try (LanguageModel model = LanguageModel.load(folder(variant))) {
            return model.capture(1L).provenance().modelSha256().orElseThrow();
        }
    }
}
