package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.micrometer.StreamRecorderMetrics;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-kernels")
class StreamRecorderTest {
    private static final int WIDTH = 8;

    private static StreamStatistics empty() {
        return new StreamStatistics().withDimensions().withCosines();
    }

    private static ActivationSession session(int tokens, long seed, double move) {
        Random random = new Random(seed);
        float[][][] states = new float[3][tokens][WIDTH];
        for (float[][] point : states) {
            for (float[] row : point) {
                for (int d = 0; d < WIDTH; d++) {
                    row[d] = (float) (random.nextGaussian() + move);
                }
            }
        }
        return TestSessions.of(states);
    }

    @Test
    void sessionsOfManyThreadsAreAllTakenInOnce() throws Exception {
        StreamRecorder recorder = StreamRecorder.of(StreamRecorderTest::empty);
        StreamStatistics expected = empty();
        StreamStatistics restarted = empty();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> work = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                ActivationSession session = session(1 + i % 7, i, 0);
                expected.add(session);
                boolean timed = i % 2 == 0;
                work.add(threads.submit(() -> {
                    if (timed) {
                        assertThat(recorder.time(() -> session)).isSameAs(session);
                    } else {
                        recorder.record(session);
                    }
                }));
                if (i % 50 == 49) {
                    restarted.merge(recorder.restart());
                }
            }
            for (Future<?> done : work) {
                done.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        restarted.merge(recorder.statistics());
        assertThat(recorder.sessions()).isEqualTo(400);
        assertThat(recorder.captures()).isEqualTo(200);
        assertThat(recorder.tokens()).isEqualTo(expected.tokens()).isEqualTo(restarted.tokens());
        assertThat(restarted.sessions()).isEqualTo(400);
        for (int p = 0; p < 3; p++) {
            assertThat(restarted.summary().mean().value(p))
                    .isCloseTo(expected.summary().mean().value(p), within(1e-12));
            assertThat(restarted.dimensions().std().value(p, 3))
                    .isCloseTo(expected.dimensions().std().value(p, 3), within(1e-12));
        }
        assertThat(recorder).hasToString("400 sessions of " + expected.tokens() + " tokens, 0 failures");
    }

    @Test
    void whatWasGivenDoesNotChangeAndRestartBeginsAnew() {
        StreamRecorder recorder = StreamRecorder.of(StreamRecorderTest::empty);
        recorder.record(session(3, 1, 0));
        StreamStatistics then = recorder.statistics();
        recorder.record(ResidualAnalyzer.of(session(3, 2, 0)).withoutFirstPosition());
        assertThat(then.tokens()).isEqualTo(3);
        assertThat(recorder.restart().tokens()).isEqualTo(5);
        assertThat(recorder.statistics().sessions()).isZero();
        assertThat(recorder.tokens()).isEqualTo(5);
    }

    @Test
    void otherPointsAreRefusedInWhateverThreadTheyCome() {
        StreamRecorder recorder = StreamRecorder.of(StreamRecorderTest::empty);
        recorder.record(session(3, 1, 0));
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> recorder.record(TestSessions.of(new float[][] {{1, 2}})))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("width 8")
                    .hasMessageContaining("width 2");
        }
        recorder.record(session(2, 2, 0));
        assertThat(recorder.statistics().sessions()).isEqualTo(2);
        StreamStatistics filled = empty().add(session(3, 1, 0));
        assertThatThrownBy(() -> StreamRecorder.of(() -> filled))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("of 1 session;");
    }

    @Test
    void micrometerSeesCountersTimesAndDrift() {
        StreamRecorder recorder = StreamRecorder.of(StreamRecorderTest::empty);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        StreamStatistics baseline = empty();
        for (int i = 0; i < 40; i++) {
            baseline.add(session(100, 1000 + i, 0));
        }
        StreamRecorderMetrics.of(recorder)
                .baseline(baseline)
                .tags(Tags.of("model", "gpt2"))
                .bindTo(registry);
        assertThat(registry.get("residual4j.drift").gauge().value()).isNaN();
        for (int i = 0; i < 40; i++) {
            int seed = i;
            recorder.time(() -> session(100, seed, 0));
        }
        assertThat(registry.get("residual4j.drift").gauge().value()).isBetween(0.0, 0.9);
        assertThatThrownBy(() -> recorder.time(() -> {
                    throw new CaptureException("no");
                }))
                .hasMessage("no");
        for (int i = 0; i < 40; i++) {
            recorder.record(session(100, 500 + i, 1.5));
        }
        assertThat(registry.get("residual4j.drift").gauge().value()).isGreaterThan(2);
        assertThat(registry.get("residual4j.sessions")
                        .tag("model", "gpt2")
                        .functionCounter()
                        .count())
                .isEqualTo(80);
        assertThat(registry.get("residual4j.tokens").functionCounter().count()).isEqualTo(8000);
        assertThat(registry.get("residual4j.capture.failures").functionCounter().count())
                .isEqualTo(1);
        assertThat(registry.get("residual4j.capture").functionTimer().count()).isEqualTo(40);
        assertThat(registry.get("residual4j.capture").functionTimer().totalTime(TimeUnit.NANOSECONDS))
                .isCloseTo(recorder.captureTime().toNanos(), within(0.5)); // it goes through seconds
    }
}
