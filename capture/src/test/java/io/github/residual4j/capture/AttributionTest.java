package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.HeadOutputs;
import io.github.residual4j.analysis.HeadScores;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.NeuronContributions;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Ledgers against PyTorch in float64; see {@code src/test/reference/attribution.py}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttributionTest {
    private final ExpectedModels models = new ExpectedModels();

    @TempDir
    private Path folder;

    @AfterAll
    void close() {
        models.close();
    }

    private static Stream<Arguments> cases() throws IOException {
        return ExpectedJson.named("/attribution/expected.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void addsUpAsTheFormulaDoes(String name, JsonObject json) {
        long[] ids = ExpectedJson.longs(json.get("ids"));
        Attribution attribution = models.get(json.get("model").getAsString())
                .attribution(ids)
                .of(json.get("answer").getAsLong());
        if (json.has("wrong")) {
            attribution = attribution.against(json.get("wrong").getAsLong());
        }
        LogitAttribution ledger = attribution.read();
        assertThat(ledger.values().axes().get(1).labels())
                .containsExactlyElementsOf(
                        StreamSupport.stream(json.getAsJsonArray("components").spliterator(), false)
                                .map(JsonElement::getAsString)
                                .toList());
        assertThat(ledger.missing()).isEmpty();
        assertClose(ledger.values(), json.get("values"));
        assertClose(ledger.sum(), json.get("sum"));
        assertClose(ledger.logitDifference(), json.get("logit_difference"));
        assertClose(ledger.accumulated(), json.get("accumulated"));
        for (int t = 0; t < ids.length; t++) {
            assertThat(ledger.unexplained().value(t)).isCloseTo(0, within(1e-3));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void neuronsAddUpToTheirMlp(String name, JsonObject json) {
        long[] ids = ExpectedJson.longs(json.get("ids"));
        LanguageModel model = models.get(json.get("model").getAsString());
        ActivationSession session =
                model.request(ids).points(HookPoint.values()).capture();
        Attribution attribution =
                model.attribution(session).of(json.get("answer").getAsLong());
        if (json.has("wrong")) {
            attribution = attribution.against(json.get("wrong").getAsLong());
        }
        int block = json.get("neuron_block").getAsInt();
        int count = json.getAsJsonArray("neuron_ids").size();
        NeuronContributions neurons = attribution.neurons(block, count);
        for (int i = 0; i < count; i++) {
            double expected = json.getAsJsonArray("neuron_values").get(i).getAsDouble();
            assertThat(Math.abs(neurons.values().value(i)))
                    .isCloseTo(Math.abs(expected), within(1e-4 + 2e-3 * Math.abs(expected)));
        }
        double mlp = attribution.read().value(ids.length - 1, "blocks." + block + ".mlp_out");
        assertThat(neurons.all().value(0) + neurons.bias().value(0)).isCloseTo(mlp, within(1e-3));
        assertThat(neurons.bias().value(0)).isCloseTo(json.get("mlp_bias_value").getAsDouble(), within(1e-3));
    }

    private static Stream<Arguments> headCases() throws IOException {
        return ExpectedJson.named("/attribution/heads.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headCases")
    void headsAreScoredAndMeasuredAsTheFormulasDo(String name, JsonObject json) {
        long[] ids = ExpectedJson.longs(json.get("ids"));
        LanguageModel model = models.get(json.get("model").getAsString());
        HeadScores scores = ResidualAnalyzer.of(
                        model.request(ids).points(HookPoint.ATTENTION_PATTERN).capture())
                .headScores();
        assertClose(scores.previousToken(), json.get("previous_token"));
        assertClose(scores.duplicateToken(), json.get("duplicate_token"));
        assertClose(scores.induction(), json.get("induction"));
        HeadOutputs outputs = model.attribution(ids)
                .of(json.get("answer").getAsLong())
                .against(json.get("wrong").getAsLong())
                .heads();
        assertClose(outputs.norm(), json.get("output_norm"));
        assertClose(outputs.contribution(), json.get("contribution"));
    }

    @Test
    void headsAreScoredOnTokensThatComeTwice() {
        LanguageModel model = models.get("embedded");
        assertThat(model.headScores(20, 1)).isEqualTo(model.headScores(20, 1)).isNotEqualTo(model.headScores(20, 2));
        assertThat(model.headScores(20, 1).induction().axes().get(1).length()).isEqualTo(5);
        assertRefused(() -> model.headScores(1, 0), "At least 2 tokens are repeated, not 1.");
        assertRefused(() -> model.headScores(200, 0), "takes at most 256");
    }

    private static void assertClose(Measure actual, JsonElement expected) {
        List<Double> flat = ExpectedJson.flat(expected);
        double[] values = actual.toArray();
        assertThat(values).as(actual.name()).hasSize(flat.size());
        for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(values[i] - flat.get(i)))
                    .as("%s, number %d: %s, expected %s", actual.name(), i, values[i], flat.get(i))
                    .isLessThanOrEqualTo(1e-3 + 2e-3 * Math.abs(flat.get(i)));
        }
    }

    @Test
    void aForeignFileTellsWhatItsTensorsAllow() {
        long[] ids = {3, 14, 15, 9, 26, 5};
        LogitAttribution whole =
                models.get("micro").attribution(ids).of(7).against(9).read();
        try (LanguageModel onnx = LanguageModel.load(Reference.resource("/exports/micro-opset13.onnx"))) {
            LogitAttribution part = onnx.attribution(ids).of(7).against(9).read();
            assertThat(part.values().axes().get(1).labels())
                    .containsExactly(
                            "embed",
                            "blocks.0.attn_out",
                            "blocks.0.mlp_out",
                            "blocks.1.attn_out",
                            "blocks.1.mlp_out",
                            "final_norm.bias");
            assertThat(part.missing()).hasSize(2);
            for (int t = 0; t < ids.length; t++) {
                double heads = whole.value(t, "blocks.1.attn.head.0")
                        + whole.value(t, "blocks.1.attn.head.1")
                        + whole.value(t, "blocks.1.attn.bias");
                assertThat(part.value(t, "blocks.1.attn_out")).isCloseTo(heads, within(1e-3 + 2e-3 * Math.abs(heads)));
            }
            Attribution first = onnx.attribution(ids).of(7);
            assertRefused(first::heads, "The weights by which the heads of micro-opset13 write are not known");
            assertRefused(() -> first.neurons(0, 1), "The weights by which the neurons of micro-opset13 write are not");
        }
    }

    @Test
    void whatCannotBeTakenApartIsRefused() {
        LanguageModel embedded = models.get("embedded");
        String text = "Paris is the capital of";
        assertRefused(() -> embedded.attribution(text).read(), "No token was named");
        assertRefused(() -> embedded.attribution(text).of(" Great Britain"), "is not one token but");
        assertRefused(() -> embedded.attribution(text).of(4096).read(), "Token id 4096 is not in the vocabulary");
        assertRefused(
                () -> embedded.attribution(embedded.capture(text)).of(" France").read(),
                "The session holds no token_embed, which a ledger needs");
        assertRefused(
                () -> embedded.attribution(models.get("micro").capture(1, 2))
                        .of(3)
                        .read(),
                "are 16 wide");
        ActivationSession edited = embedded.request(text)
                .points(Attribution.points())
                .edit(Edit.scale(HookPoint.MLP_OUTPUT, 1.5).blocks(3))
                .capture();
        assertThat(embedded.attribution(edited).of(" France").read().sum().value(5))
                .isNotNaN(); // what was written is what was captured, so it adds up
        ActivationSession frozen = embedded.request(text)
                .points(Attribution.points())
                .edit(Edit.scale(HookPoint.FINAL, 2))
                .capture();
        assertThatThrownBy(() -> embedded.attribution(frozen).of(" France").read())
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("does not add up")
                .hasMessageContaining("scale by 2.0 at final");
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String words) {
        assertThatThrownBy(call).isInstanceOf(BadRequestException.class).hasMessageContaining(words);
    }

    @Test
    void oneLedgerIsWritten() throws IOException {
        LanguageModel embedded = models.get("embedded");
        ActivationSession last = embedded.request("Paris is the capital of")
                .points(Attribution.points())
                .positions(Positions.last())
                .capture();
        LogitAttribution ledger =
                embedded.attribution(last).of(" France").against(" Germany").read();
        ledger.writeJson(folder.resolve("attribution.json"), 0);
        JsonObject json = JsonParser.parseString(Files.readString(folder.resolve("attribution.json")))
                .getAsJsonObject();
        int components = json.getAsJsonArray("components").size();
        assertThat(json.getAsJsonArray("values")).hasSize(components);
        double sum = 0;
        for (JsonElement value : json.getAsJsonArray("values")) {
            sum += value.getAsDouble();
        }
        assertThat(json.get("sum").getAsDouble()).isCloseTo(sum, within(1e-9));
        assertThat(json.get("logit_difference").getAsDouble())
                .isCloseTo(sum + json.get("unexplained").getAsDouble(), within(1e-9));
    }
}
