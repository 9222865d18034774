package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.capture.runtime.Optimization;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many captures, from many threads, at every optimisation level, give the same numbers. */
class SharedModelTest {
    private static List<long[]> texts(int count) {
        Random random = new Random(11);
        return IntStream.range(0, count)
                .mapToObj(i -> random.longs(1 + random.nextInt(30), 0, 4096).toArray())
                .toList();
    }

    @Test
    void eightThreadsGiveTheNumbersOfOne() throws Exception {
        List<long[]> texts = texts(30);
        try (LanguageModel model = LanguageModel.embedded()) {
            List<CaptureRequest> kinds = List.of(
                    model.request().lastLogits(),
                    model.request().points(HookPoint.ATTENTION_PATTERN, HookPoint.Z),
                    model.request().points(HookPoint.RESID_POST).stopAfterBlock(3),
                    model.request().points(HookPoint.MLP_POST).positions(Positions.last()),
                    model.request().points(HookPoint.Q),
                    model.request().points(HookPoint.LOGITS)); // more than there are sessions kept
            List<ActivationSession> alone = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                alone.add(capture(kinds, texts, i));
            }
            ExecutorService pool = Executors.newFixedThreadPool(8);
            List<Future<ActivationSession>> together = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                int text = i;
                together.add(pool.submit(() -> capture(kinds, texts, text)));
            }
            for (int i = 0; i < texts.size(); i++) {
                CaptureAllTest.assertSame(together.get(i).get(), alone.get(i));
            }
            pool.shutdown();
        }
    }

    private static ActivationSession capture(List<CaptureRequest> kinds, List<long[]> texts, int i) {
        return kinds.get(i % kinds.size())
                .captureAllIds(List.of(texts.get(i)).stream())
                .iterator()
                .next();
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void numbersDoNotDependOnTheOptimizationLevel(Optimization level) {
        long[] text = new Random(3).longs(100, 0, 4096).toArray();
        try (LanguageModel plain =
                        LanguageModel.embedded(ModelOptions.defaults().optimizedTo(Optimization.NONE));
                LanguageModel optimized =
                        LanguageModel.embedded(ModelOptions.defaults().optimizedTo(level))) {
            CaptureAllTest.assertSame(optimized.capture(text), plain.capture(text));
            CaptureAllTest.assertSame(
                    optimized.request(text).points(HookPoint.values()).capture(),
                    plain.request(text).points(HookPoint.values()).capture());
            assertThat(optimized.capture(1).provenance().optimizationLevel()).contains(level.toString());
        }
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        long[] text = new Random(4).longs(200, 0, 4096).toArray();
        try (LanguageModel one = LanguageModel.embedded(ModelOptions.defaults().on(Device.cpu(1)));
                LanguageModel three =
                        LanguageModel.embedded(ModelOptions.defaults().on(Device.cpu(3)))) {
            CaptureAllTest.assertSame(three.capture(text), one.capture(text));
        }
    }
}
