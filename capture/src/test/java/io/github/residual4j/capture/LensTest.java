package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The lens against PyTorch in float64; see {@code src/test/reference/lens.py}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LensTest {
    /** Two logits that are nearer to each other may come in either order. */
    private static final double APART = 1e-3;

    private final ExpectedModels models = new ExpectedModels();

    @TempDir
    private Path folder;

    @AfterAll
    void close() {
        models.close();
    }

    private static Stream<Arguments> cases() throws IOException {
        return ExpectedJson.named("/lens/expected.json");
    }

    private LogitLens lens(LanguageModel model, JsonObject json) {
        long[] ids = ExpectedJson.longs(json.get("ids"));
        ActivationSession session = json.has("states")
                ? given(json, ids)
                : model.request(ids)
                        .points(
                                HookPoint.EMBED,
                                HookPoint.RESID_MID,
                                HookPoint.RESID_POST,
                                HookPoint.ATTENTION_OUTPUT,
                                HookPoint.MLP_OUTPUT)
                        .capture();
        Lens lens = model.lens(session)
                .top(json.getAsJsonArray("top_ids")
                        .get(0)
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonArray()
                        .size())
                .answers(ExpectedJson.longs(json.get("named_ids")))
                .withOutputs();
        return (json.has("states") ? lens.evenOfOtherWeights() : lens).read();
    }

    private static ActivationSession given(JsonObject json, long[] ids) {
        ActivationSessionBuilder session = ActivationSession.builder();
        List<Token> tokens = new ArrayList<>();
        for (int t = 0; t < ids.length; t++) {
            tokens.add(Token.of(t, ids[t]));
        }
        session.tokens(tokens);
        JsonArray states = json.getAsJsonArray("states");
        for (int p = 0; p < states.size(); p++) {
            float[][] rows = new float[ids.length][];
            for (int t = 0; t < ids.length; t++) {
                List<Double> row =
                        ExpectedJson.flat(states.get(p).getAsJsonArray().get(t));
                rows[t] = new float[row.size()];
                for (int d = 0; d < row.size(); d++) {
                    rows[t][d] = row.get(d).floatValue();
                }
            }
            session.point(json.getAsJsonArray("rows").get(p).getAsString(), rows);
        }
        return session.build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void readsWhatTheFormulaReads(String name, JsonObject json) {
        LogitLens lens = lens(models.get(json.get("model").getAsString()), json);
        assertThat(lens.streamPoints()).isEqualTo(json.get("stream_points").getAsInt());
        assertThat(lens.entropy().axes().get(0).labels())
                .containsExactlyElementsOf(strings(json.getAsJsonArray("rows")));
        assertClose(lens.entropy(), json.get("entropy"));
        assertClose(lens.klToFinal(), json.get("kl_to_final"));
        if (json.getAsJsonArray("ids").size() > 1) {
            assertClose(lens.crossEntropy(), json.get("cross_entropy"));
        }
        assertClose(lens.logit(), json.get("named_logit"));
        assertClose(lens.logProbability(), json.get("named_log_probability"));
        List<Double> gaps = ExpectedJson.flat(json.get("top_gap"));
        assertSame(lens.topIds(), json.get("top_ids"), gaps);
        List<Double> named = ExpectedJson.flat(json.get("named_gap"));
        assertSame(lens.rank(), json.get("named_rank"), named);
        boolean unclear = gaps.stream().anyMatch(gap -> gap < APART);
        if (!unclear) {
            assertSame(lens.topAgrees(), json.get("top_agrees"), gaps);
            assertSame(lens.settlesAt(), json.get("settles_at"), List.of());
        }
        List<Double> probabilities = ExpectedJson.flat(json.get("top_probabilities"));
        double[] actual = lens.topProbabilities().toArray();
        for (int i = 0; i < actual.length; i++) {
            assertClose("top_probabilities", i, actual[i], probabilities.get(i));
        }
    }

    /** Exactly, but for what lies nearer to another value than rounding. */
    private static void assertSame(Measure actual, JsonElement expected, List<Double> gaps) {
        List<Double> flat = ExpectedJson.flat(expected);
        double[] values = actual.toArray();
        assertThat(values).as(actual.name()).hasSize(flat.size());
        int each = gaps.isEmpty() ? 1 : values.length / gaps.size();
        for (int i = 0; i < values.length; i++) {
            if (gaps.isEmpty() || !(gaps.get(i / each) < APART)) {
                assertThat(values[i]).as("%s, number %d", actual.name(), i).isEqualTo(flat.get(i));
            }
        }
    }

    private static void assertClose(Measure actual, JsonElement expected) {
        List<Double> flat = ExpectedJson.flat(expected);
        double[] values = actual.toArray();
        assertThat(values).as(actual.name()).hasSize(flat.size());
        for (int i = 0; i < values.length; i++) {
            assertClose(actual.name(), i, values[i], flat.get(i));
        }
    }

    private static void assertClose(String what, int i, double actual, double expected) {
        if (Double.isNaN(expected)) {
            assertThat(actual).as("%s, number %d", what, i).isNaN();
        } else {
            assertThat(Math.abs(actual - expected))
                    .as("%s, number %d: %s, expected %s", what, i, actual, expected)
                    .isLessThanOrEqualTo(1e-3 + 2e-3 * Math.abs(expected));
        }
    }

    private static List<String> strings(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }

    @Test
    void aForeignFileIsReadThroughItsOwnWeights() {
        try (LanguageModel onnx = LanguageModel.load(Reference.resource("/exports/micro-opset13.onnx"))) {
            long[] ids = {3, 14, 15, 9, 26, 5};
            LogitLens actual = onnx.logitLens(onnx.capture(ids));
            LogitLens expected =
                    models.get("micro").logitLens(models.get("micro").capture(ids));
            for (int i = 0; i < actual.measures().size(); i++) {
                double[] values = expected.measures().get(i).toArray();
                for (int n = 0;
                        n < values.length && !actual.measures().get(i).name().equals("top_ids");
                        n++) {
                    assertClose(
                            actual.measures().get(i).name(),
                            n,
                            actual.measures().get(i).toArray()[n],
                            values[n]);
                }
            }
        }
    }

    @Test
    void aLoadedSessionIsReadAndAnothersIsNot() {
        LanguageModel embedded = models.get("embedded");
        ActivationSession session = embedded.capture("Paris is the capital of");
        session.save(folder);
        ActivationSession loaded = ActivationSession.load(folder);
        assertThat(embedded.logitLens(loaded)).isEqualTo(embedded.logitLens(session));
        assertThatThrownBy(
                        () -> models.get("plain").logitLens(models.get("untied").capture(1, 2)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("The session is of other weights than plain: SHA-256 ")
                .hasMessageContaining("evenOfOtherWeights()");
        assertThatThrownBy(() -> embedded.logitLens(models.get("micro").capture(1, 2)))
                .hasMessageContaining("The session's states are 16 wide; those of tiny-gpt2 are 160.");
        assertThatThrownBy(() -> embedded.logitLens(
                        embedded.request("Paris").stopAfterBlock(3).capture()))
                .hasMessageContaining(
                        "last state is blocks.3.resid_post; the lens compares with the model's, blocks.7.resid_post");
        assertThatThrownBy(() -> embedded.lens(session).answers(" Great Britain"))
                .hasMessageContaining("is not one token but");
        assertThatThrownBy(() -> embedded.lens(session).answers(4096).read())
                .hasMessageContaining("Token id 4096 is not in the vocabulary");
        assertThatThrownBy(() -> embedded.lens(session).top(0)).hasMessageContaining("not 0");
    }

    @Test
    void aLongTextIsReadAsItsParts() {
        LanguageModel embedded = models.get("embedded");
        long[] ids = new long[200];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (i * 37L) % 4096;
        }
        LogitLens whole = embedded.lens(embedded.capture(ids)).top(1).read();
        ActivationSession part = embedded.request(ids)
                .positions(io.github.residual4j.hook.Positions.range(150, 160))
                .capture();
        LogitLens few = embedded.lens(part).top(1).read();
        for (int p = 0; p < 17; p++) {
            for (int t = 0; t < 10; t++) {
                assertClose(
                        "entropy", t, few.entropy().value(p, t), whole.entropy().value(p, 150 + t));
            }
        }
    }

    @Test
    void theFileHoldsWhatOthersReadFromIt() throws IOException {
        LanguageModel embedded = models.get("embedded");
        ActivationSession session = embedded.capture("Paris is the capital of");
        LogitLens lens =
                embedded.lens(session).top(3).answers(" France", " Germany").read();
        lens.writeJson(folder.resolve("lens.json"));
        JsonObject json = JsonParser.parseString(Files.readString(folder.resolve("lens.json")))
                .getAsJsonObject();
        assertThat(json.getAsJsonArray("layer_names")).hasSize(17);
        assertThat(json.getAsJsonArray("tokens")).hasSize(6);
        assertThat(json.getAsJsonArray("answers")).hasSize(2);
        assertThat(json.getAsJsonArray("top_ids")
                        .get(16)
                        .getAsJsonArray()
                        .get(5)
                        .toString())
                .startsWith("[1090,");
        assertThat(json.getAsJsonArray("rank_of_answer")
                        .get(16)
                        .getAsJsonArray()
                        .get(5)
                        .toString())
                .isEqualTo("1");
        assertThat(json.getAsJsonArray("cross_entropy").get(0).getAsJsonArray()).hasSize(5);
        assertThat(json.getAsJsonArray("log_probability_of_answer").get(16).getAsJsonArray())
                .hasSize(6);
        assertThat(lens.text(1090)).contains(" France");
        LogitLens one = embedded.lens(embedded.capture("Paris".substring(0, 1))).read();
        one.writeJson(folder.resolve("one.json"));
        assertThat(JsonParser.parseString(Files.readString(folder.resolve("one.json")))
                        .getAsJsonObject()
                        .getAsJsonArray("cross_entropy")
                        .get(3)
                        .getAsJsonArray())
                .isEmpty();
    }

    /** 東 is E6 9D B1 in UTF-8, 日 is E6 97 A5. */
    @Test
    void partsOfCharactersAreToldByTheirBytes() {
        LanguageModel model = models.get("embedded");
        ActivationSession session = model.capture("東 日");
        assertThat(session.tokens()).anyMatch(token -> token.label().equals("\uFFFD"));
        LogitLens lens = model.lens(session)
                .top(model.description().shape().vocabulary())
                .read();
        List<String> labels = lens.entropy().axes().get(1).labels();
        assertThat(labels).isEqualTo(session.tokenLabels()).noneMatch(label -> label.contains("\uFFFD"));
        assertThat(labels.get(0)).startsWith("⟨E6").endsWith("⟩\u00A0東");
        long first = session.tokens().get(0).id().orElseThrow();
        assertThat(lens.text(first)).hasValue(labels.get(0).replace("\u00A0東", ""));
        assertThat(model.attribution("東 日").of(first).read().sum().axes().get(0).labels())
                .isEqualTo(labels);
        assertThat(model.patching("東 日", "日 東")
                        .metric(Metric.logitDifference(first, first + 1))
                        .over(HookPoint.RESID_PRE)
                        .value()
                        .axes()
                        .get(1)
                        .labels())
                .noneMatch(label -> label.contains("\uFFFD"))
                .anyMatch(label -> label.contains("日→") && label.endsWith("東"));
    }
}
