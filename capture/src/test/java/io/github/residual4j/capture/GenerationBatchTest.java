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
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several texts that are gone on with at once, against each by itself and against transformers. */
class GenerationBatchTest {
    /** Some of one length and some not, in no order; the same text twice. */
    private static final List<String> TEXTS = List.of(
            "Paris is the capital of",
            "Tokyo is the capital of",
            "Tokyo is",
            "Paris is the capital of",
            "x",
            "Climate:");

    @ParameterizedTest
    @ValueSource(doubles = {0, 1.2})
    void eachTextIsThatOfItself(double temperature) {
        try (LanguageModel embedded = LanguageModel.embedded()) {
            Generation how =
                    embedded.generate().tokens(20).temperature(temperature).seed(3);
            List<GeneratedText> together = how.runAll(TEXTS);
            assertThat(together).hasSameSizeAs(TEXTS);
            for (int i = 0; i < TEXTS.size(); i++) {
                GeneratedText alone = embedded.generate(TEXTS.get(i))
                        .tokens(20)
                        .temperature(temperature)
                        .seed(3)
                        .run();
                assertThat(together.get(i).newIds()).as("text %d", i).containsExactly(alone.newIds());
                assertThat(together.get(i).text()).isEqualTo(alone.text());
                assertThat(together.get(i).prompt()).isEqualTo(alone.prompt());
                assertThat(together.get(i).reason()).isEqualTo(alone.reason());
            }
        }
    }

    /** The models of the golden file, each with all its prompts, which differ in length. */
    private static Stream<Arguments> greedy() throws IOException {
        JsonObject json = JsonParser.parseString(Files.readString(Reference.resource("/generation/greedy.json")))
                .getAsJsonObject();
        Map<String, List<JsonObject>> byModel = new TreeMap<>();
        for (JsonElement element : json.getAsJsonArray("cases")) {
            JsonObject one = element.getAsJsonObject();
            if (!one.has("edits") && !one.has("repetition_penalty") && !one.has("eos_token_id")) {
                byModel.computeIfAbsent(one.get("model").getAsString(), made -> new ArrayList<>())
                        .add(one);
            }
        }
        return byModel.entrySet().stream().map(model -> Arguments.of(model.getKey(), model.getValue()));
    }

    /** All but the embedded model's texts end where the context does, the longer ones first. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("greedy")
    void greedyTextsAreThoseOfTransformers(String name, List<JsonObject> cases) {
        assertThat(cases).hasSizeGreaterThan(1);
        List<long[]> prompts = cases.stream()
                .map(one -> ExpectedJson.longs(one.getAsJsonArray("ids")))
                .toList();
        try (LanguageModel model = ExpectedModels.open(name)) {
            List<GeneratedText> texts = model.generate().tokens(40).stopIds().runAllIds(prompts);
            for (int i = 0; i < prompts.size(); i++) {
                GeneratedText text = texts.get(i);
                assertThat(text.newIds())
                        .containsExactly(ExpectedJson.longs(cases.get(i).getAsJsonArray("new_ids")));
                assertThat(text.reason())
                        .isEqualTo(
                                name.equals("embedded") ? GeneratedText.Reason.TOKENS : GeneratedText.Reason.CONTEXT);
                JsonArray logProbabilities = cases.get(i).getAsJsonArray("log_probabilities");
                for (int step = 0; step < text.steps().size(); step++) {
                    double expected = logProbabilities.get(step).getAsDouble();
                    assertThat(text.steps().get(step).logProbability())
                            .as("text %d, step %d", i, step)
                            .isCloseTo(expected, within(1e-3 + 2e-3 * Math.abs(expected)));
                }
            }
        }
    }

    @Test
    void eachTextEndsByItselfAndLeavesTheOthersAlone() {
        try (LanguageModel micro = ExpectedModels.open("micro")) {
            List<long[]> prompts =
                    List.of(new long[] {3, 14, 15, 9}, new long[] {9, 60, 0, 1}, new long[] {5}, new long[] {
                        7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7
                    });
            List<GeneratedText> whole = micro.generate().tokens(20).stopIds().runAllIds(prompts);
            long stop = whole.get(0).newIds()[2];
            Generation stopping = micro.generate().tokens(20).stopIds(stop).points(HookPoint.RESID_POST);
            List<GeneratedText> texts = stopping.runAllIds(prompts);
            assertThat(texts.get(0).newIds()).hasSizeLessThan(4).endsWith(stop);
            assertThat(texts.get(0).reason()).isEqualTo(GeneratedText.Reason.STOP_ID);
            for (int i = 0; i < prompts.size(); i++) {
                GeneratedText alone =
                        micro.generate(prompts.get(i)).tokens(20).stopIds(stop).run();
                assertThat(texts.get(i).newIds()).as("text %d", i).containsExactly(alone.newIds());
                assertThat(texts.get(i).reason()).isEqualTo(alone.reason());
            }
        }
    }

    /** Each changes something else of the graph: states, heads, and who attends to whom. */
    private static List<Edit> edits(LanguageModel model) {
        return List.of(
                Edit.replace(HookPoint.RESID_MID, model.capture(1, 2, 3, 4, 5, 6, 7, 8))
                        .blocks(1)
                        .positions(0, 4, 7),
                Edit.scale(HookPoint.RESID_POST, 0.5).blocks(0).positions(1, 6),
                Edit.absoluteNoise(0.3, 4).positions(0, 5, 8),
                Edit.knockOut(new int[] {4, 7, 8}, new int[] {1, 3}).blocks(1),
                Edit.function(HookPoint.ATTENTION_PATTERN, GenerationBatchTest::squared)
                        .blocks(0),
                Edit.function(HookPoint.MLP_OUTPUT, GenerationBatchTest::squared)
                        .blocks(1)
                        .positions(3, 8));
    }

    private static FloatTensor squared(FloatTensor values) {
        float[] all = values.toArray();
        for (int i = 0; i < all.length; i++) {
            all[i] *= all[i];
        }
        return FloatTensor.of(all, values.shape());
    }

    @Test
    void statesAndEditsOfEachTextAreItsOwn() {
        try (LanguageModel micro = ExpectedModels.open("micro")) {
            List<long[]> prompts =
                    List.of(new long[] {3, 14, 15, 9}, new long[] {9, 60, 0, 1}, new long[] {5}, new long[] {
                        8, 7, 6, 5, 4, 3, 2, 1, 0, 8, 7, 6
                    });
            for (Edit edit : edits(micro)) {
                Generation how = micro.generate()
                        .tokens(8)
                        .stopIds()
                        .edit(edit)
                        .points(HookPoint.RESID_POST, HookPoint.Z, HookPoint.ATTENTION_PATTERN);
                List<GeneratedText> texts = how.runAllIds(prompts);
                for (int i = 0; i < prompts.size(); i++) {
                    GeneratedText alone = micro.generate(prompts.get(i))
                            .tokens(8)
                            .stopIds()
                            .edit(edit)
                            .run();
                    assertThat(texts.get(i).newIds()).as("%s, text %d", edit, i).containsExactly(alone.newIds());
                    assertStatesAreThoseOf(how.capture(texts.get(i)), texts.get(i));
                }
            }
        }
    }

    /** Whether the steps' states are those of the whole text, captured in one run with the same edits. */
    private static void assertStatesAreThoseOf(ActivationSession whole, GeneratedText text) {
        int position = 0;
        for (GenerationStep step : text.steps()) {
            ActivationSession states = step.states().orElseThrow();
            assertThat(states.activation(HookKey.of(HookPoint.LOGITS))).isEmpty(); // nobody asked for them
            for (int t = 0; t < states.tokens().size(); t++, position++) {
                assertThat(states.tokens().get(t)).isEqualTo(whole.tokens().get(position));
                for (int point = 0; point < whole.points().size(); point++) {
                    CaptureAllTest.assertSame(
                            "point " + point + " at " + position,
                            FloatBuffer.wrap(states.vector(point, t)),
                            FloatBuffer.wrap(whole.vector(point, position)));
                }
                for (int attended = 0; attended <= position; attended++) {
                    assertThat(states.attentionPatterns().get(1).get(0, 1, t, attended))
                            .as("attention of %d to %d", position, attended)
                            .isEqualTo(whole.attentionPatterns().get(1).get(0, 1, position, attended), within(1e-5f));
                }
            }
        }
        assertThat(position).isEqualTo(text.prompt().size() + 7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"caches/stacked", "caches/merged", "exports/micro-with-past", "exports/micro-opset13"})
    void filesOfOthersGoOnWithSeveralTextsToo(String file) {
        List<long[]> prompts = List.of(
                new long[] {3, 14, 15, 9}, new long[] {9, 60, 0, 1}, new long[] {5}, new long[] {8, 7, 6, 5, 4, 3, 2});
        try (LanguageModel micro = ExpectedModels.open("micro");
                LanguageModel onnx = LanguageModel.load(Reference.resource("/" + file + ".onnx"))) {
            List<GeneratedText> texts = onnx.generate().tokens(12).stopIds().runAllIds(prompts);
            for (int i = 0; i < prompts.size(); i++) {
                assertThat(texts.get(i).newIds())
                        .containsExactly(micro.generate(prompts.get(i))
                                .tokens(12)
                                .stopIds()
                                .run()
                                .newIds());
            }
        }
    }

    @Test
    void whatCannotBeDoneIsRefused() {
        try (LanguageModel embedded = LanguageModel.embedded()) {
            assertThat(embedded.generate().runAll(List.of())).isEmpty();
            assertThatThrownBy(() -> embedded.generate().run())
                    .isInstanceOf(BadRequestException.class)
                    .hasMessage(
                            "This generation was made without a text; make it by generate(text), or give texts to runAll.");
            assertThatThrownBy(() -> embedded.generate().runAll(List.of("x", "")))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageStartingWith("Text 1 of the list: The text is empty");
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(() -> embedded.generate().runAll(TEXTS)).isInstanceOf(CaptureException.class);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }
}
