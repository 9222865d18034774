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
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "micro"})
    void greedyTextsAreThoseOfTransformers(String name) throws IOException {
        List<long[]> prompts = new ArrayList<>();
        List<long[]> expected = new ArrayList<>();
        JsonObject json = JsonParser.parseString(Files.readString(Reference.resource("/generation/greedy.json")))
                .getAsJsonObject();
        for (JsonElement element : json.getAsJsonArray("cases")) {
            JsonObject one = element.getAsJsonObject();
            boolean plain = !one.has("edits") && !one.has("repetition_penalty") && !one.has("eos_token_id");
            if (plain && one.get("model").getAsString().equals(name)) {
                prompts.add(longs(one.getAsJsonArray("ids")));
                expected.add(longs(one.getAsJsonArray("new_ids")));
                prompts.add(longs(one.getAsJsonArray("ids"))); // so that some have company
                expected.add(longs(one.getAsJsonArray("new_ids")));
            }
        }
        assertThat(prompts).hasSizeGreaterThan(3);
        try (LanguageModel model = load(name)) {
            List<GeneratedText> texts = model.generate().tokens(24).stopIds().runAllIds(prompts);
            for (int i = 0; i < prompts.size(); i++) {
                assertThat(expected.get(i)).startsWith(texts.get(i).newIds());
                assertThat(texts.get(i).newIds()).hasSize(24);
            }
        }
    }

    @Test
    void eachTextEndsByItselfAndLeavesTheOthersAlone() {
        try (LanguageModel micro = load("micro")) {
            List<long[]> prompts = List.of(
                    new long[] {3, 14, 15, 9}, new long[] {9, 60, 0, 1}, new long[] {5}, new long[] {7, 7, 7, 7});
            List<GeneratedText> whole = micro.generate().tokens(20).stopIds().runAllIds(prompts);
            long stop = whole.get(0).newIds()[2];
            Generation stopping = micro.generate().tokens(20).stopIds(stop).points(HookPoint.RESID_POST);
            List<GeneratedText> texts = stopping.runAllIds(prompts);
            assertThat(texts.get(0).newIds()).hasSizeLessThan(4).endsWith(stop);
            assertThat(texts.get(0).reason()).isEqualTo(GeneratedText.Reason.STOP_ID);
            for (int i = 0; i < prompts.size(); i++) {
                long[] alone = micro.generate(prompts.get(i))
                        .tokens(20)
                        .stopIds(stop)
                        .run()
                        .newIds();
                assertThat(texts.get(i).newIds()).as("text %d", i).containsExactly(alone);
            }
        }
    }

    @Test
    void statesAndEditsOfEachTextAreItsOwn() {
        try (LanguageModel micro = load("micro")) {
            List<long[]> prompts = List.of(new long[] {3, 14, 15, 9}, new long[] {9, 60, 0, 1}, new long[] {5, 6});
            Generation how = micro.generate()
                    .tokens(8)
                    .stopIds()
                    .edit(Edit.scale(HookPoint.RESID_POST, 0.5).blocks(0).positions(1, 6))
                    .points(HookPoint.RESID_POST, HookPoint.ATTENTION_PATTERN);
            List<GeneratedText> texts = how.runAllIds(prompts);
            for (GeneratedText text : texts) {
                ActivationSession whole = how.capture(text);
                int position = 0;
                for (GenerationStep step : text.steps()) {
                    ActivationSession states = step.states().orElseThrow();
                    assertThat(states.activation(HookKey.of(HookPoint.LOGITS))).isEmpty(); // nobody asked for them
                    for (int t = 0; t < states.tokens().size(); t++, position++) {
                        for (int point = 0; point < whole.points().size(); point++) {
                            CaptureAllTest.assertSame(
                                    "point " + point + " at " + position,
                                    FloatBuffer.wrap(states.vector(point, t)),
                                    FloatBuffer.wrap(whole.vector(point, position)));
                        }
                        assertThat(states.attentionPatterns().get(1).get(0, 1, t, position))
                                .isEqualTo(
                                        whole.attentionPatterns().get(1).get(0, 1, position, position), within(1e-5f));
                    }
                }
                assertThat(position).isEqualTo(text.prompt().size() + 7);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"caches/stacked", "exports/micro-opset13"})
    void filesOfOthersGoOnWithSeveralTextsToo(String file) {
        List<long[]> prompts = List.of(new long[] {3, 14, 15, 9}, new long[] {9, 60, 0, 1}, new long[] {5});
        try (LanguageModel micro = load("micro");
                LanguageModel onnx = LanguageModel.load(Reference.resource("/" + file + ".onnx"))) {
            List<GeneratedText> expected = micro.generate().tokens(12).stopIds().runAllIds(prompts);
            List<GeneratedText> texts = onnx.generate().tokens(12).stopIds().runAllIds(prompts);
            for (int i = 0; i < prompts.size(); i++) {
                assertThat(texts.get(i).newIds())
                        .containsExactly(expected.get(i).newIds());
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

    private static LanguageModel load(String name) {
        return name.equals("embedded") ? LanguageModel.embedded() : LanguageModel.load(Reference.micro());
    }

    private static long[] longs(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonElement::getAsLong)
                .toArray();
    }
}
