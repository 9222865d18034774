package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that other people's files go on with from their own caches of keys and values. */
class CachedFilesTest {
    private static final long[] PROMPT = {3, 14, 15, 9};
    private static final HookPoint[] POINTS = {
        HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.ATTENTION_PATTERN, HookPoint.LOGITS
    };

    @ParameterizedTest
    @ValueSource(strings = {"caches/stacked", "caches/merged", "exports/micro-with-past"})
    void goOnAsTheCheckpointDoes(String file) {
        try (LanguageModel onnx = load(file);
                LanguageModel checkpoint = LanguageModel.load(Reference.micro())) {
            assertThat(onnx.stream().keepsCache()).isTrue();
            assertThat(onnx.description().notes()).noneMatch(note -> note.contains("read anew"));
            assertThat(onnx.generate(PROMPT).tokens(24).stopIds().run().newIds())
                    .containsExactly(checkpoint
                            .generate(PROMPT)
                            .tokens(24)
                            .stopIds()
                            .run()
                            .newIds());
            assertThat(steered(onnx)).containsExactly(steered(checkpoint));
        }
    }

    private static long[] steered(LanguageModel model) {
        return model.generate(PROMPT)
                .tokens(24)
                .stopIds()
                .edit(Edit.scale(HookPoint.RESID_POST, 0.5).blocks(0).positions(2, 9))
                .edit(Edit.function(HookPoint.RESID_MID, CachedFilesTest::halved)
                        .blocks(1))
                .run()
                .newIds();
    }

    private static FloatTensor halved(FloatTensor values) {
        float[] all = values.toArray();
        for (int i = 0; i < all.length; i++) {
            all[i] /= 2;
        }
        return FloatTensor.of(all, values.shape());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "caches/stacked",
                "caches/merged",
                "exports/micro-with-past",
                "decoders/llama-past",
                "decoders/qwen3-fused"
            })
    void statesWithTheCacheAreThoseWithoutIt(String file) {
        assertSameStates(file, 1e-4f);
    }

    @Test
    void cachesOf16BitsStayIn16Bits() {
        assertSameStates("exports/optimized-float16", 4e-2f); // 11 bits, after some dozens of roundings
    }

    private static void assertSameStates(String file, float tolerance) {
        try (LanguageModel onnx = load(file)) {
            assertThat(onnx.stream().keepsCache()).isTrue();
            HookPoint[] offered = Stream.of(POINTS)
                    .filter(onnx.description().offers()::contains)
                    .toArray(HookPoint[]::new);
            Generation generation = onnx.generate(PROMPT).tokens(12).stopIds().points(offered);
            GeneratedText text = generation.run();
            ActivationSession whole = generation.capture(text);
            int position = 0;
            for (GenerationStep step : text.steps()) {
                ActivationSession states = step.states().orElseThrow();
                assertThat(states.tokens()).hasSize(position == 0 ? PROMPT.length : 1);
                for (int t = 0; t < states.tokens().size(); t++, position++) {
                    assertThat(states.tokens().get(t)).isEqualTo(whole.tokens().get(position));
                    for (int point = 0; point < whole.points().size(); point++) {
                        assertClose(states.vector(point, t), whole.vector(point, position), tolerance);
                    }
                }
            }
            assertThat(position).isEqualTo(PROMPT.length + 11); // the last token was generated and not read
            float[] logits =
                    whole.activation(HookKey.of(HookPoint.LOGITS)).orElseThrow().toArray();
            int vocabulary = logits.length / whole.tokens().size();
            for (int step = 0; step < 12; step++) {
                int row = PROMPT.length - 1 + step;
                long id = text.newIds()[step];
                float chosen = logits[row * vocabulary + (int) id];
                for (int other = 0; other < vocabulary; other++) {
                    assertThat(logits[row * vocabulary + other])
                            .as("step %d, token %d against %d", step, other, id)
                            .isLessThanOrEqualTo(chosen + tolerance);
                }
            }
        }
    }

    private static void assertClose(float[] actual, float[] expected, float tolerance) {
        for (int d = 0; d < expected.length; d++) {
            assertThat(Math.abs(actual[d] - expected[d]))
                    .as("dimension %d: %s against %s", d, actual[d], expected[d])
                    .isLessThanOrEqualTo(tolerance + tolerance * Math.abs(expected[d]));
        }
    }

    /** Those that have a mask, by which what fills shorter texts up is hidden, share runs. */
    @ParameterizedTest
    @CsvSource({
        "caches/stacked, true",
        "caches/merged, true",
        "exports/micro-with-past, true",
        "decoders/llama-past, true",
        "decoders/qwen3-fused, true"
    })
    void textsOfDifferentLengthsAreGoneOnWithAsEachAlone(String file, boolean together) {
        long[] ends = LongStream.range(0, 24).toArray(); // where micro's context of 32 does
        List<long[]> prompts = List.of(PROMPT, new long[] {5}, ends, new long[] {9, 60, 0, 1, 2, 2});
        try (LanguageModel onnx = load(file)) {
            RunPlan plan = RunPlan.reading(Set.of(HookKey.of(HookPoint.LOGITS))).givingCache();
            assertThat(onnx.stream().runsTogether(plan)).isEqualTo(together);
            Generation how = onnx.generate().tokens(24).stopIds().points(HookPoint.RESID_POST);
            List<GeneratedText> texts = how.runAllIds(prompts);
            for (int i = 0; i < prompts.size(); i++) {
                GeneratedText alone = onnx.generate(prompts.get(i))
                        .tokens(24)
                        .stopIds()
                        .points(HookPoint.RESID_POST)
                        .run();
                assertThat(texts.get(i).newIds()).as("text %d", i).containsExactly(alone.newIds());
                assertThat(texts.get(i).reason()).isEqualTo(alone.reason());
                for (int step = 0; step < alone.steps().size(); step++) {
                    ActivationSession expected =
                            alone.steps().get(step).states().orElseThrow();
                    ActivationSession actual =
                            texts.get(i).steps().get(step).states().orElseThrow();
                    assertThat(actual.tokens()).isEqualTo(expected.tokens());
                    for (int point = 0; point < expected.points().size(); point++) {
                        assertClose(actual.vector(point, 0), expected.vector(point, 0), 1e-4f);
                    }
                }
            }
        }
    }

    @Test
    void aFileWithoutACacheSaysSo() {
        try (LanguageModel onnx = load("exports/micro-opset13")) {
            assertThat(onnx.stream().keepsCache()).isFalse();
            assertThat(onnx.description().notes())
                    .contains(
                            "it gives out no cache of keys and values that it takes, so text that is generated is read"
                                    + " anew at each step");
        }
    }

    @Test
    void closedAndInterruptedTextsCanBeGoneOnWithByOthers() {
        try (LanguageModel onnx = LanguageModel.load(
                Reference.resource("/caches/stacked.onnx"),
                ModelOptions.defaults().on(Device.cpu(1)))) {
            Generation generation = onnx.generate(PROMPT).tokens(20).stopIds();
            long[] expected = generation.run().newIds();
            for (int i = 0; i < 20; i++) {
                try (Stream<GenerationStep> steps = generation.steps()) {
                    steps.limit(1 + i % 3).forEach(step -> {});
                }
                Thread.currentThread().interrupt();
                try {
                    assertThatThrownBy(generation::run).isInstanceOf(CaptureException.class);
                } finally {
                    assertThat(Thread.interrupted()).isTrue();
                }
            }
            assertThat(generation.run().newIds()).containsExactly(expected);
        }
    }

    private static LanguageModel load(String file) {
        return LanguageModel.load(Reference.resource("/" + file + ".onnx"));
    }
}
