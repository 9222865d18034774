package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Generated text against transformers in float64; see {@code src/test/reference/generation.py}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GenerationTest {
    private static final String PARIS = "Paris is the capital of";

    private final ExpectedModels models = new ExpectedModels();

    @AfterAll
    void close() {
        models.close();
    }

    private static JsonObject golden(String file) throws IOException {
        return JsonParser.parseString(Files.readString(Reference.resource("/generation/" + file + ".json")))
                .getAsJsonObject();
    }

    private static Stream<Arguments> greedy() throws IOException {
        return StreamSupport.stream(golden("greedy").getAsJsonArray("cases").spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .map(json -> Arguments.of(json.get("name").getAsString(), json));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("greedy")
    void greedyTextIsThatOfTransformers(String name, JsonObject json) {
        long[] expected = ExpectedJson.longs(json.getAsJsonArray("new_ids"));
        Generation generation = models.get(json.get("model").getAsString())
                .generate(ExpectedJson.longs(json.getAsJsonArray("ids")))
                .tokens(expected.length)
                .stopIds();
        if (json.has("repetition_penalty")) {
            generation =
                    generation.repetitionPenalty(json.get("repetition_penalty").getAsDouble());
        }
        if (json.has("eos_token_id")) {
            generation = generation.tokens(40).stopIds(json.get("eos_token_id").getAsLong());
        }
        if (json.has("edits")) {
            generation =
                    generation.edit(edit(json.getAsJsonArray("edits").get(0).getAsJsonObject()));
        }
        GeneratedText text = generation.run();
        assertThat(text.newIds()).containsExactly(expected);
        for (int i = 0; i < expected.length; i++) {
            double logProbability =
                    json.getAsJsonArray("log_probabilities").get(i).getAsDouble();
            assertThat(text.steps().get(i).logProbability())
                    .as("step %d", i)
                    .isCloseTo(logProbability, within(1e-3 + 2e-3 * Math.abs(logProbability)));
            assertThat(text.steps().get(i).token().position())
                    .isEqualTo(text.prompt().size() + i);
        }
        assertThat(text.reason())
                .isEqualTo(json.has("eos_token_id") ? GeneratedText.Reason.STOP_ID : GeneratedText.Reason.TOKENS);
    }

    private static Edit edit(JsonObject json) {
        if (json.get("kind").getAsString().equals("zero")) {
            return Edit.zero(HookPoint.ATTENTION_OUTPUT).blocks(4);
        }
        FloatBuffer values = SafetensorsFile.open(Reference.resource("/generation/edits.safetensors"))
                .floats(json.get("vector").getAsString());
        float[] vector = new float[values.remaining()];
        values.get(vector);
        Edit add = Edit.add(HookPoint.RESID_PRE, vector, json.get("coefficient").getAsDouble())
                .blocks(3);
        return json.has("positions")
                ? add.positions(json.getAsJsonArray("positions").get(0).getAsInt())
                : add;
    }

    @Test
    void statesWithTheCacheAreThoseWithoutIt() {
        HookPoint[] points = {
            HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.ATTENTION_PATTERN, HookPoint.Z
        };
        Generation generation = models.get("embedded")
                .generate(PARIS)
                .tokens(12)
                .edit(Edit.scale(HookPoint.MLP_OUTPUT, 0.5).blocks(2).positions(7, 9))
                .edit(Edit.function(HookPoint.RESID_POST, GenerationTest::halved)
                        .blocks(5))
                .points(points);
        GeneratedText text = generation.run();
        ActivationSession whole = generation.capture(text);
        assertThat(whole.tokens()).hasSize(18);
        int position = 0;
        for (GenerationStep step : text.steps()) {
            ActivationSession states = step.states().orElseThrow();
            for (int t = 0; t < states.tokens().size(); t++) {
                assertThat(states.tokens().get(t)).isEqualTo(whole.tokens().get(position + t));
                for (int p = 0; p < 17; p++) {
                    CaptureAllTest.assertSame(
                            "point " + p + " at " + (position + t),
                            FloatBuffer.wrap(states.vector(p, t)),
                            FloatBuffer.wrap(whole.vector(p, position + t)));
                }
                FloatTensor pattern = states.attentionPatterns().get(3);
                for (int key = 0; key <= position + t; key++) {
                    assertThat(pattern.get(0, 1, t, key))
                            .isEqualTo(whole.attentionPatterns().get(3).get(0, 1, position + t, key), within(1e-4f));
                }
            }
            position += states.tokens().size();
        }
        assertThat(position).isEqualTo(17); // the last token was generated and not read
    }

    private static FloatTensor halved(FloatTensor values) {
        float[] all = values.toArray();
        for (int i = 0; i < all.length; i++) {
            all[i] /= 2;
        }
        return FloatTensor.of(all, values.shape());
    }

    @Test
    void aForeignFileReadsTheTextAgainAndSaysTheSame() {
        try (LanguageModel onnx = LanguageModel.load(Reference.resource("/exports/micro-opset13.onnx"))) {
            long[] ids = {3, 14, 15, 9};
            assertThat(onnx.generate(ids).tokens(20).stopIds().run().newIds())
                    .containsExactly(models.get("micro")
                            .generate(ids)
                            .tokens(20)
                            .stopIds()
                            .run()
                            .newIds());
        }
    }

    @Test
    void piecesAreWholeCharactersAndAddUpToTheText() {
        LanguageModel model = models.get("embedded");
        GeneratedText text = model.generate("Côte d")
                .tokens(30)
                .temperature(1.5)
                .seed(3)
                .stopIds()
                .run();
        String pieces = text.steps().stream().map(GenerationStep::text).collect(Collectors.joining());
        assertThat(pieces).isEqualTo(text.text()).isEqualTo(model.decode(text.newIds()));
    }

    @Test
    void aSeedGivesTheSameTextAndAnotherAnother() {
        Generation generation =
                models.get("embedded").generate(PARIS).tokens(20).temperature(1);
        assertThat(generation.seed(5).run().newIds())
                .containsExactly(generation.seed(5).run().newIds());
        assertThat(generation.seed(5).run().newIds())
                .isNotEqualTo(generation.seed(6).run().newIds());
    }

    /** 2,000 draws of the next token against the probabilities after top-k: within four standard errors. */
    @Test
    void drawsFollowTheProbabilities() {
        LanguageModel model = models.get("micro");
        long[] ids = {3, 14, 15, 9};
        Generation generation =
                model.generate(ids).tokens(1).temperature(0.8).topK(4).stopIds();
        int draws = 2000;
        Map<Long, Integer> counts = new HashMap<>();
        for (int seed = 0; seed < draws; seed++) {
            counts.merge(generation.seed(seed).run().newIds()[0], 1, Integer::sum);
        }
        float[] logits = new float[61];
        model.request(ids)
                .lastLogits()
                .capture()
                .arrays()
                .get("logits")
                .asBuffer()
                .get(logits);
        Integer[] order = new Integer[61];
        Arrays.setAll(order, id -> id);
        Arrays.sort(order, (a, b) -> Float.compare(logits[b], logits[a]));
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += Math.exp(logits[order[i]] / 0.8);
        }
        assertThat(counts).hasSize(4);
        for (int i = 0; i < 4; i++) {
            double p = Math.exp(logits[order[i]] / 0.8) / sum;
            double error = Math.sqrt(p * (1 - p) / draws);
            assertThat(counts.get((long) order[i]) / (double) draws).isCloseTo(p, within(4 * error));
        }
    }

    @Test
    void endsWhereItIsToldAndWhereTheContextEnds() {
        LanguageModel micro = models.get("micro");
        GeneratedText full = micro.generate(3, 14).tokens(100).stopIds().run();
        assertThat(full.ids()).hasSize(32);
        assertThat(full.reason()).isEqualTo(GeneratedText.Reason.CONTEXT);
        assertThat(micro.generate(new long[32]).run().steps()).isEmpty();
        LanguageModel embedded = models.get("embedded");
        GeneratedText stopped = embedded.generate(PARIS).stopTexts("\n").run();
        assertThat(stopped.text()).isEqualTo(" France.\n");
        assertThat(stopped.reason()).isEqualTo(GeneratedText.Reason.STOP_TEXT);
        assertThat(stopped.steps().get(0).likeliest().get(0).text()).contains(" France");
        assertThat(stopped.steps().get(0).likeliest()).hasSize(5);
    }

    @Test
    void stepsComeOneByOneAndCanBeClosed() {
        LanguageModel embedded = models.get("embedded");
        try (Stream<GenerationStep> steps = embedded.generate(PARIS).steps()) {
            assertThat(steps.limit(3).map(GenerationStep::text).toList()).containsExactly(" France", ".", "\n");
        }
        Stream<GenerationStep> closed = embedded.generate(PARIS).steps();
        var iterator = closed.iterator();
        iterator.next();
        closed.close();
        assertThatThrownBy(iterator::next).isInstanceOf(CaptureException.class).hasMessageContaining("after 1 token.");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> embedded.generate(PARIS).run()).isInstanceOf(CaptureException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void eightThreadsGenerateAsOne() throws Exception {
        LanguageModel embedded = models.get("embedded");
        List<String> prompts = List.of(PARIS, "Tokyo is", "Climate:", "x");
        List<String> expected = new ArrayList<>();
        for (String prompt : prompts) {
            expected.add(embedded.generate(prompt).tokens(15).run().text());
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int which = thread % prompts.size();
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 5; i++) {
                        assertThat(embedded.generate(prompts.get(which))
                                        .tokens(15)
                                        .run()
                                        .text())
                                .isEqualTo(expected.get(which));
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Stream<Arguments> perplexities() throws IOException {
        return StreamSupport.stream(
                        golden("scores").getAsJsonArray("perplexity").spliterator(), false)
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("perplexities")
    void perplexityIsThatOfTransformers(JsonObject json) {
        TextScore score = models.get(json.get("model").getAsString())
                .score(
                        ExpectedJson.longs(json.getAsJsonArray("ids")),
                        json.get("length").getAsInt(),
                        json.get("stride").getAsInt());
        JsonArray expected = json.getAsJsonArray("negative_log_likelihood");
        assertThat(score.logProbabilities()).hasSize(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(score.logProbabilities().get(i))
                    .isCloseTo(
                            -expected.get(i).getAsDouble(),
                            within(1e-3 + 2e-3 * Math.abs(expected.get(i).getAsDouble())));
        }
        double perplexity = json.get("perplexity").getAsDouble();
        assertThat(score.perplexity()).isCloseTo(perplexity, within(3e-3 * perplexity));
    }

    @Test
    void likelihoodsOfContinuationsAreThoseOfTransformers() throws IOException {
        JsonObject json = golden("scores").getAsJsonArray("likelihood").get(0).getAsJsonObject();
        JsonArray continuations = json.getAsJsonArray("continuations");
        String[] texts = StreamSupport.stream(continuations.spliterator(), false)
                .map(c -> c.getAsJsonObject().get("text").getAsString())
                .toArray(String[]::new);
        List<TextScore> scores =
                models.get("embedded").likelihoods(json.get("text").getAsString(), texts);
        for (int i = 0; i < texts.length; i++) {
            double sum = continuations.get(i).getAsJsonObject().get("sum").getAsDouble();
            assertThat(scores.get(i).sum()).isCloseTo(sum, within(1e-3 + 2e-3 * Math.abs(sum)));
        }
    }

    @Test
    void whatCannotBeDoneIsRefused() {
        LanguageModel embedded = models.get("embedded");
        assertRefused(() -> embedded.generate(PARIS).tokens(0), "The number of tokens is 0.0; it must be at least 1.");
        assertRefused(() -> embedded.generate(PARIS).temperature(-1), "The temperature is -1.0");
        assertRefused(() -> embedded.generate(PARIS).topP(0), "The share of probability is 0.0");
        assertRefused(() -> embedded.generate(PARIS).repetitionPenalty(0), "The repetition penalty is 0.0");
        assertRefused(() -> embedded.generate(PARIS).stopTexts(""), "A stop text is empty");
        assertRefused(() -> embedded.generate("").run(), "The text is empty");
        assertRefused(
                () -> embedded.generate(PARIS)
                        .edit(Edit.zero(HookPoint.Z).positions(-1))
                        .run(),
                "names positions from the end, which moves");
        assertRefused(() -> embedded.score("x"), "A text of 1 token has nothing to be scored");
        assertRefused(
                () -> embedded.score(PARIS, 300, 10), "A window of 300 tokens cannot be scored; it holds 2 to 256");
        assertRefused(() -> embedded.score(PARIS, 10, 11), "the stride is 1 to 10");
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String words) {
        assertThatThrownBy(call).isInstanceOf(BadRequestException.class).hasMessageContaining(words);
    }
}
