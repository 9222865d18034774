package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.AblationSweep;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sweeps against one PyTorch run in float64 for each number; see {@code src/test/reference/patching.py}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExperimentsTest {
    private static final List<String> METRICS = List.of("logit_difference", "log_probability", "kl");

    private final Map<String, LanguageModel> models = new HashMap<>();

    @AfterAll
    void close() {
        models.values().forEach(LanguageModel::close);
    }

    private LanguageModel model(JsonObject json) {
        return models.computeIfAbsent(
                json.get("model").getAsString(),
                name -> name.equals("embedded")
                        ? LanguageModel.embedded()
                        : LanguageModel.load(Reference.resource("/" + name)));
    }

    private static JsonArray cases(String file) throws IOException {
        return JsonParser.parseString(Files.readString(Reference.resource("/patching/" + file + ".json")))
                .getAsJsonObject()
                .getAsJsonArray("cases");
    }

    private static Stream<Arguments> sweeps() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (JsonElement element : cases("sweeps")) {
            JsonObject json = element.getAsJsonObject();
            for (String direction : List.of("denoising", "noising")) {
                if (json.has(direction)) {
                    json.getAsJsonArray(direction)
                            .forEach(sweep -> all.add(Arguments.of(
                                    json.get("name").getAsString(),
                                    direction,
                                    sweep.getAsJsonObject().get("kind").getAsString(),
                                    json,
                                    sweep)));
                }
            }
        }
        return all.stream().filter(sweep -> !sweep.get()[2].toString().endsWith("by position"));
    }

    @ParameterizedTest(name = "{0}: {1} of {2}")
    @MethodSource("sweeps")
    void patchingGivesWhatRunsOneByOneGive(
            String name, String direction, String kind, JsonObject json, JsonObject expected) {
        Patching patching = model(json)
                .patching(longs(json.getAsJsonArray("clean_ids")), longs(json.getAsJsonArray("corrupted_ids")));
        patching = direction.equals("noising") ? patching.noising() : patching;
        if (json.has("alignment")) {
            patching = patching.aligned(
                    StreamSupport.stream(json.getAsJsonArray("alignment").spliterator(), false)
                            .map(pair -> ints(pair.getAsJsonArray()))
                            .toArray(int[][]::new));
        }
        for (String metric : METRICS) {
            PatchingSweep sweep = sweep(patching.metric(metric(metric, json)), kind, json);
            assertClose(kind, sweep.value(), expected.getAsJsonObject("values").get(metric));
            double range = sweep.clean().value(0) - sweep.corrupted().value(0);
            JsonElement normalised = expected.getAsJsonObject("normalised").get(metric);
            assertClose(kind, sweep.normalised(), normalised, 1e-3 * Math.max(1, 1 / Math.abs(range)));
            assertClose("clean", sweep.clean(), json.getAsJsonObject("clean").get(metric));
            assertClose(
                    "corrupted",
                    sweep.corrupted(),
                    json.getAsJsonObject("corrupted").get(metric));
        }
    }

    private static Metric metric(String name, JsonObject json) {
        long answer = json.get("answer").getAsLong();
        return switch (name) {
            case "logit_difference" ->
                Metric.logitDifference(answer, json.get("wrong").getAsLong());
            case "log_probability" -> Metric.logProbability(answer);
            default -> Metric.divergence();
        };
    }

    private static PatchingSweep sweep(Patching patching, String kind, JsonObject json) {
        return switch (kind) {
            case "resid_pre" -> patching.over(HookPoint.RESID_PRE);
            case "resid_mid" -> patching.over(HookPoint.RESID_MID);
            case "resid_post" -> patching.over(HookPoint.RESID_POST);
            case "attn_out" -> patching.over(HookPoint.ATTENTION_OUTPUT);
            case "mlp_out" -> patching.over(HookPoint.MLP_OUTPUT);
            case "head_z" -> patching.overHeads(HookPoint.Z);
            case "head_q" -> patching.overHeads(HookPoint.Q);
            case "head_k" -> patching.overHeads(HookPoint.K);
            case "head_v" -> patching.overHeads(HookPoint.V);
            case "head_pattern" -> patching.overHeads(HookPoint.ATTENTION_PATTERN);
            case "attn_out over all positions" -> patching.overBlocks(HookPoint.ATTENTION_OUTPUT);
            case "mlp_out over all positions" -> patching.overBlocks(HookPoint.MLP_OUTPUT);
            default -> patching.overNeurons(HookPoint.MLP_POST, ints(json.getAsJsonArray("neurons")));
        };
    }

    private static Stream<Arguments> ablations() throws IOException {
        return StreamSupport.stream(cases("ablation").spliterator(), false)
                .map(json -> Arguments.of(json.getAsJsonObject().get("name").getAsString(), json));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ablations")
    void ablationGivesWhatRunsOneByOneGive(String name, JsonObject json) {
        Ablation ablation = model(json).ablation(longs(json.getAsJsonArray("ids")));
        for (String metric : METRICS) {
            Ablation measured = ablation.metric(metric(metric, json));
            Map<String, AblationSweep> sweeps =
                    Map.of("heads", measured.heads(), "mlps", measured.mlps(), "attentions", measured.attentions());
            sweeps.forEach((part, sweep) -> {
                assertClose(part, sweep.value(), json.getAsJsonObject(part).get(metric));
                double whole = json.getAsJsonObject("base").get(metric).getAsDouble();
                assertThat(sweep.whole().value(0)).isCloseTo(whole, within(whole));
                assertThat(sweep.change().value(0, 0))
                        .isEqualTo(sweep.value().value(0, 0) - sweep.whole().value(0));
            });
        }
    }

    private static org.assertj.core.data.Offset<Double> within(double of) {
        return org.assertj.core.api.Assertions.within(1e-3 + 2e-3 * Math.abs(of));
    }

    private static void assertClose(String what, Measure actual, JsonElement expected) {
        assertClose(what, actual, expected, 1e-3);
    }

    /** To the tolerance of experiments: |a − b| ≤ 1e-3 + 2e-3·|b|. */
    private static void assertClose(String what, Measure actual, JsonElement expected, double absolute) {
        List<Double> flat = new ArrayList<>();
        flatten(expected, flat);
        double[] values = actual.toArray();
        assertThat(values).as(what).hasSize(flat.size());
        for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(values[i] - flat.get(i)))
                    .as("%s, number %d: %s, expected %s", what, i, values[i], flat.get(i))
                    .isLessThanOrEqualTo(absolute + 2e-3 * Math.abs(flat.get(i)));
        }
    }

    private static void flatten(JsonElement json, List<Double> into) {
        if (json.isJsonArray()) {
            json.getAsJsonArray().forEach(element -> flatten(element, into));
        } else {
            into.add(json.getAsDouble());
        }
    }

    @Test
    void aForeignFileIsSweptAsTheCheckpointIs() throws IOException {
        JsonObject json = cases("sweeps").get(1).getAsJsonObject();
        JsonObject expected = json.getAsJsonArray("denoising").get(1).getAsJsonObject(); // resid_mid
        try (LanguageModel onnx = LanguageModel.load(Reference.resource("/exports/micro-opset13.onnx"))) {
            Patching patching =
                    onnx.patching(longs(json.getAsJsonArray("clean_ids")), longs(json.getAsJsonArray("corrupted_ids")));
            for (String metric : METRICS) {
                assertClose(
                        metric,
                        patching.metric(metric(metric, json))
                                .over(HookPoint.RESID_MID)
                                .value(),
                        expected.getAsJsonObject("values").get(metric));
            }
            assertRefused(() -> patching.overHeads(HookPoint.Z), "This model cannot give Z; it offers");
        }
    }

    @Test
    void whatCannotBeComparedIsRefusedInOneSentence() {
        try (LanguageModel model = LanguageModel.embedded()) {
            String paris = "Paris is the capital of";
            assertRefused(
                    () -> model.patching(paris, "Paris is").over(HookPoint.RESID_PRE),
                    "The clean text has 6 tokens and the corrupted one 3");
            assertRefused(
                    () -> model.patching(paris, paris).over(HookPoint.RESID_PRE),
                    "is 0.0 for both texts, so nothing can be told");
            assertRefused(
                    () -> model.patching(paris, "Berlin is the capital of")
                            .logitDifference(" France", " Great Britain"),
                    "\" Great Britain\" is not one token but");
            assertRefused(
                    () -> model.patching(paris, "Berlin is the capital of").overHeads(HookPoint.MLP_OUTPUT),
                    "MLP_OUTPUT has no heads");
            assertRefused(
                    () -> model.patching(paris, "Berlin is the capital of").overNeurons(HookPoint.MLP_POST, 640),
                    "There is no neuron 640; each MLP has 640.");
            assertRefused(
                    () -> model.patching(paris, "Berlin is the capital of").over(HookPoint.EMBED),
                    "belongs to no block");
            assertRefused(
                    () -> model.patching(paris, "Paris is")
                            .aligned(new int[] {0, 0}, new int[] {5, 3})
                            .over(HookPoint.RESID_PRE),
                    "The pair [5, 3] lies outside texts of 6 and 3 tokens.");
        }
    }

    private static void assertRefused(ThrowingCallable call, String words) {
        assertThatThrownBy(call).isInstanceOf(BadRequestException.class).hasMessageContaining(words);
    }

    private static int[] ints(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }

    private static long[] longs(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonElement::getAsLong)
                .toArray();
    }

    /** The texts begin alike and differ late, so that most runs begin in the middle of the text. */
    @ParameterizedTest
    @EnumSource(
            value = HookPoint.class,
            names = {
                "RESID_PRE",
                "RESID_POST",
                "RESID_MID",
                "ATTENTION_OUTPUT",
                "Z",
                "MLP_POST",
                "LN1_SCALE",
                "ATTENTION_PATTERN"
            })
    void runsThatBeginInTheMiddleAreThoseOfTheWholeText(HookPoint point) {
        LanguageModel model = models.computeIfAbsent("embedded", name -> LanguageModel.embedded());
        long[] clean = {5, 9, 300, 41, 77, 120, 8, 700, 15, 90, 33, 61};
        long[] corrupted = clean.clone();
        corrupted[6] = 44;
        corrupted[9] = 512;
        PatchingSweep sweep = model.patching(clean, corrupted)
                .metric(Metric.logitDifference(20, 30))
                .over(point);
        ActivationSession source = model.request(clean).points(point).capture();
        double[][] values = sweep.value().toMatrix();
        for (int position : new int[] {0, 5, 6, 7, 9, 11}) {
            for (int block : new int[] {0, 3, model.description().shape().blocks() - 1}) {
                FloatTensor logits = model.request(corrupted)
                        .edit(Edit.replace(point, source).block(block).positions(position))
                        .points(HookPoint.LOGITS)
                        .capture()
                        .activation(HookKey.of(HookPoint.LOGITS))
                        .orElseThrow();
                int last = logits.size() - model.description().shape().vocabulary();
                float[] all = logits.toArray();
                double expected = (double) all[last + 20] - all[last + 30];
                assertThat(values[block][position])
                        .as("block %d, position %d", block, position)
                        .isCloseTo(expected, within(1e-3 + 2e-3 * Math.abs(expected)));
            }
        }
    }
}
