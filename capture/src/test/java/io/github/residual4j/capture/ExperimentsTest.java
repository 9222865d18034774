package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.AblationSweep;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sweeps against one PyTorch run in float64 for each number; see {@code src/test/reference/patching.py}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("once")
class ExperimentsTest {
    private static final List<String> METRICS = List.of("logit_difference", "log_probability", "kl");

    private static final Map<String, HookPoint> POINTS = Map.of(
            "resid_pre", HookPoint.RESID_PRE,
            "resid_post", HookPoint.RESID_POST,
            "attn_out", HookPoint.ATTENTION_OUTPUT,
            "mlp_out", HookPoint.MLP_OUTPUT);

    private final ExpectedModels models = new ExpectedModels();

    @AfterAll
    void close() {
        models.close();
    }

    private LanguageModel model(JsonObject json) {
        return models.get(json.get("model").getAsString());
    }

    private static JsonArray cases(String file) throws IOException {
        return ExpectedJson.cases("/patching/" + file + ".json");
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
        return all.stream();
    }

    @ParameterizedTest(name = "{0}: {1} of {2}")
    @MethodSource("sweeps")
    void patchingGivesWhatRunsOneByOneGive(
            String name, String direction, String kind, JsonObject json, JsonObject expected) {
        Patching patching = model(json)
                .patching(ExpectedJson.longs(json.get("clean_ids")), ExpectedJson.longs(json.get("corrupted_ids")));
        patching = direction.equals("noising") ? patching.noising() : patching;
        if (json.has("alignment")) {
            patching = patching.aligned(
                    StreamSupport.stream(json.getAsJsonArray("alignment").spliterator(), false)
                            .map(pair -> ExpectedJson.ints(pair.getAsJsonArray()))
                            .toArray(int[][]::new));
        }
        for (String metric : METRICS) {
            if (kind.endsWith("by position")) {
                assertCloseAtEachPosition(patching.metric(metric(metric, json)), kind, metric, json, expected);
                continue;
            }
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

    /** Expected values are {@code [blocks][parts][positions]}. */
    private static void assertCloseAtEachPosition(
            Patching patching, String kind, String metric, JsonObject json, JsonObject expected) {
        for (int position = 0; position < json.getAsJsonArray("clean_ids").size(); position++) {
            JsonArray there = new JsonArray();
            for (JsonElement block : expected.getAsJsonObject("values").getAsJsonArray(metric)) {
                for (JsonElement part : block.getAsJsonArray()) {
                    there.add(part.getAsJsonArray().get(position));
                }
            }
            String whole = kind.replace(" by position", "");
            assertClose(kind, sweep(patching.at(position), whole, json).value(), there);
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
            default -> patching.overNeurons(HookPoint.MLP_POST, ExpectedJson.ints(json.getAsJsonArray("neurons")));
        };
    }

    private static Stream<Arguments> named(String file) throws IOException {
        return StreamSupport.stream(cases(file).spliterator(), false)
                .map(json -> Arguments.of(json.getAsJsonObject().get("name").getAsString(), json));
    }

    private static Stream<Arguments> tracings() throws IOException {
        return named("tracing");
    }

    private static Stream<Arguments> knockouts() throws IOException {
        return named("knockout");
    }

    private static Stream<Arguments> paths() throws IOException {
        return named("paths");
    }

    /** The noise that PyTorch's runs had, {@code [runs][positions × width]}. */
    private static float[][] noise(JsonObject json) {
        FloatBuffer drawn = SafetensorsFile.open(Reference.resource("/patching/tracing.safetensors"))
                .floats(json.get("name").getAsString() + "/noise");
        int runs = json.get("seeds").getAsInt();
        float[][] noise = new float[runs][drawn.remaining() / runs];
        for (float[] run : noise) {
            drawn.get(run);
        }
        return noise;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tracings")
    void tracingGivesWhatRunsOneByOneGive(String name, JsonObject json) {
        long answer = json.get("answer").getAsLong();
        CausalTracing tracing = model(json)
                .tracing(ExpectedJson.longs(json.get("ids")))
                .subject(ExpectedJson.ints(json.getAsJsonArray("subject")))
                .noise(noise(json));
        Map<String, Metric> metrics =
                Map.of("probability", Metric.probability(answer), "log_probability", Metric.logProbability(answer));
        for (JsonElement element : json.getAsJsonArray("sweeps")) {
            JsonObject expected = element.getAsJsonObject();
            HookPoint point = POINTS.get(expected.get("kind").getAsString());
            for (String metric : metrics.keySet()) {
                PatchingSweep sweep = tracing.metric(metrics.get(metric))
                        .over(point, expected.get("window").getAsInt());
                assertClose(point + " " + metric, sweep.value(), expected.get(metric));
                double clean = json.getAsJsonObject("clean").get(metric).getAsDouble();
                double corrupted = json.getAsJsonObject("corrupted").get(metric).getAsDouble();
                assertThat(sweep.clean().value(0)).isCloseTo(clean, within(clean));
                assertThat(sweep.corrupted().value(0)).isCloseTo(corrupted, within(corrupted));
                double first = expected.getAsJsonArray(metric)
                        .get(0)
                        .getAsJsonArray()
                        .get(0)
                        .getAsDouble();
                assertThat(sweep.normalised().value(0, 0))
                        .isCloseTo((first - corrupted) / (clean - corrupted), within(1 / Math.abs(clean - corrupted)));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("knockouts")
    void knockOutsGiveWhatRunsOneByOneGive(String name, JsonObject json) {
        Ablation ablation = model(json).ablation(ExpectedJson.longs(json.get("ids")));
        int[][] keys = StreamSupport.stream(json.getAsJsonArray("keys").spliterator(), false)
                .map(group -> ExpectedJson.ints(group.getAsJsonArray()))
                .toArray(int[][]::new);
        for (JsonElement element : json.getAsJsonArray("windows")) {
            JsonObject expected = element.getAsJsonObject();
            int window = expected.get("window").getAsInt();
            for (String metric : METRICS) {
                AblationSweep sweep = ablation.metric(metric(metric, json))
                        .attentionTo(window, json.get("query").getAsInt(), keys);
                assertClose("window of " + window, sweep.value(), expected.get(metric));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("paths")
    void pathsGiveWhatRunsOneByOneGive(String name, JsonObject json) {
        Patching patching = model(json)
                .patching(ExpectedJson.longs(json.get("clean_ids")), ExpectedJson.longs(json.get("corrupted_ids")));
        for (JsonElement element : json.getAsJsonArray("paths")) {
            JsonObject expected = element.getAsJsonObject();
            boolean noising = expected.get("direction").getAsString().equals("noising");
            Receiver[] receivers = receivers(expected.get("receivers"));
            for (String metric : METRICS) {
                Patching measured = patching.metric(metric(metric, json));
                measured = noising ? measured.noising() : measured;
                assertClose(
                        "paths from heads to " + Arrays.toString(receivers),
                        measured.pathsFromHeads(receivers).value(),
                        expected.getAsJsonObject("from_heads").get(metric));
                assertClose(
                        "paths from MLPs to " + Arrays.toString(receivers),
                        measured.pathsFromMlps(receivers).value(),
                        expected.getAsJsonObject("from_mlps").get(metric));
            }
        }
    }

    private static Receiver[] receivers(JsonElement json) {
        if (!json.isJsonArray()) {
            return new Receiver[0]; // the last state of the stream
        }
        return StreamSupport.stream(json.getAsJsonArray().spliterator(), false)
                .map(name -> {
                    String[] parts = name.getAsString().split(":");
                    HookKey key = HookKey.parse(parts[0]);
                    return new Receiver(key.point(), key.block(), Integer.parseInt(parts[1]));
                })
                .toArray(Receiver[]::new);
    }

    private static Stream<Arguments> ablations() throws IOException {
        return named("ablation");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ablations")
    void ablationGivesWhatRunsOneByOneGive(String name, JsonObject json) {
        Ablation ablation = model(json).ablation(ExpectedJson.longs(json.get("ids")));
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
        List<Double> flat = ExpectedJson.flat(expected);
        double[] values = actual.toArray();
        assertThat(values).as(what).hasSize(flat.size());
        for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(values[i] - flat.get(i)))
                    .as("%s, number %d: %s, expected %s", what, i, values[i], flat.get(i))
                    .isLessThanOrEqualTo(absolute + 2e-3 * Math.abs(flat.get(i)));
        }
    }

    @Test
    void aForeignFileIsSweptAsTheCheckpointIs() throws IOException {
        JsonObject json = cases("sweeps").get(1).getAsJsonObject();
        JsonObject expected = json.getAsJsonArray("denoising").get(1).getAsJsonObject(); // resid_mid
        try (LanguageModel onnx = LanguageModel.load(Reference.resource("/exports/micro-opset13.onnx"))) {
            Patching patching = onnx.patching(
                    ExpectedJson.longs(json.get("clean_ids")), ExpectedJson.longs(json.get("corrupted_ids")));
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
                    "is 0.0 with and without the change, so nothing can be told");
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

    @Test
    void whatCannotBeTracedCutOrFollowedIsRefusedInOneSentence() {
        try (LanguageModel model = LanguageModel.embedded()) {
            String paris = "Paris is the capital of";
            CausalTracing tracing = model.tracing(paris).answer(" France");
            assertRefused(() -> tracing.over(HookPoint.RESID_PRE), "No subject is named; say which tokens");
            assertRefused(() -> tracing.subject("London"), "No tokens of the text read \"London\"; they are [\"Par\"");
            assertRefused(() -> tracing.subject(" "), "The subject is blank");
            assertRefused(() -> tracing.subject(6), "There is no position 6; the text has 6 tokens");
            assertRefused(() -> tracing.noise(0, 3), "Noise has a size above 0 and at least one run, not size 0.0");
            assertRefused(() -> tracing.noise(3, 0), "not size 3.0 and 0 runs");
            CausalTracing hidden = tracing.subject("Paris").noise(3, 1);
            assertRefused(() -> hidden.over(HookPoint.MLP_OUTPUT, 9), "A window has 1 to 8 blocks, not 9.");
            assertRefused(() -> hidden.over(HookPoint.RESID_POST, 3), "A state of the stream holds all that");
            assertRefused(() -> hidden.over(HookPoint.EMBED), "EMBED belongs to no block");

            Ablation ablation = model.ablation(paris);
            assertRefused(() -> ablation.attentionTo(0), "A window has 1 to 8 blocks, not 0.");
            assertRefused(() -> ablation.attentionTo(1, 6, new int[] {0}), "There is no position 6 to look from");
            assertRefused(() -> ablation.attentionTo(1, 2, new int[] {3}), "Position 2 looks at positions 0 to 2;");
            assertRefused(() -> ablation.attentionTo(1, 2, new int[0]), "the group [] is not among them");
            assertRefused(
                    () -> ablation.attentionTo(1, 1, new int[] {0, 1}),
                    "Without [0, 1] there is nothing left for position 1 to attend to.");

            Patching patching = model.patching(paris, "Berlin is the capital of");
            assertRefused(
                    () -> patching.pathsFromHeads(new Receiver(HookPoint.V, 8, 0)),
                    "There is no blocks.8.attn.v:0; the model has 8 blocks of 5 heads");
            assertRefused(() -> new Receiver(HookPoint.Z, 0, 0), "query, key or value of a head, Q, K or V, not Z.");
            assertRefused(() -> new Receiver(HookPoint.Q, -1, 0), "there is no block -1, head 0.");
            assertRefused(() -> patching.at(2).pathsFromMlps(), "aligned(...) and at(...) have no place there.");
            assertRefused(() -> patching.at(6), "There is no position 6; the texts have positions 0 to 5.");
            assertRefused(() -> patching.at(1).over(HookPoint.RESID_PRE), "so at(1) has no place");
        }
    }

    @Test
    void noiseIsSeededAndInDeviationsOfTheEmbedding() {
        try (LanguageModel model = LanguageModel.embedded()) {
            String paris = "Paris is the capital of";
            CausalTracing tracing =
                    model.tracing(paris).subject("Paris").answer(" France").noise(3, 2);
            double expected = 0;
            for (int seed = 0; seed < 2; seed++) {
                Random random = new Random(seed);
                float[][] noise = new float[1][2 * 160]; // "Paris" is two tokens
                for (int i = 0; i < noise[0].length; i++) {
                    noise[0][i] = (float) (3 * 0.0856695246 * random.nextGaussian()); // the deviation that NumPy finds
                }
                PatchingSweep one = model.tracing(paris)
                        .subject(0, 1)
                        .answer(" France")
                        .noise(noise)
                        .over(HookPoint.RESID_POST);
                expected += one.corrupted().value(0) / 2;
            }
            PatchingSweep sweep = tracing.over(HookPoint.RESID_POST);
            assertThat(sweep.corrupted().value(0)).isCloseTo(expected, within(expected));
            assertThat(sweep.value().axes().get(1).labels())
                    .startsWith("Par*", "is*")
                    .doesNotContain("of*");
            assertThat(sweep.normalised().value(7, 5)).isCloseTo(1, within(1)); // the last state is all that is read
        }
    }

    @Test
    void aForeignFileIsTracedAsTheCheckpointIs() throws IOException {
        JsonObject json = cases("tracing").get(1).getAsJsonObject();
        JsonObject expected = json.getAsJsonArray("sweeps").get(1).getAsJsonObject(); // resid_post
        try (LanguageModel onnx = LanguageModel.load(Reference.resource("/exports/micro-opset13.onnx"))) {
            PatchingSweep sweep = onnx.tracing(ExpectedJson.longs(json.get("ids")))
                    .subject(ExpectedJson.ints(json.getAsJsonArray("subject")))
                    .noise(noise(json))
                    .metric(Metric.probability(json.get("answer").getAsLong()))
                    .over(HookPoint.RESID_POST);
            assertClose("resid_post", sweep.value(), expected.get("probability"));
            assertRefused(
                    () -> onnx.patching(new long[] {1, 2}, new long[] {1, 3}).pathsFromHeads(),
                    "use the model's checkpoint");
            assertRefused(() -> onnx.ablation(1, 2, 3).attentionTo(1), "This model cannot give ATTENTION_SCORES");
        }
    }

    private static void assertRefused(ThrowingCallable call, String words) {
        assertThatThrownBy(call).isInstanceOf(BadRequestException.class).hasMessageContaining(words);
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
        LanguageModel model = models.get("embedded");
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
