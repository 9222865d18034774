package io.github.residual4j.micrometer;

import io.github.residual4j.StreamRecorder;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.error.BadRequestException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Meters of a recorder: the counters {@code residual4j.sessions}, {@code residual4j.tokens} and {@code
 * residual4j.capture.failures}, the timer {@code residual4j.capture}, and with a baseline the gauge {@code
 * residual4j.drift}: the largest score of {@link StreamStatistics#driftFrom}, above 1 where something has drifted, NaN
 * before the first session. The gauge compares anew whenever it is read, and a registry holds it weakly: keep the
 * recorder.
 *
 * <pre>{@code
 * StreamRecorderMetrics.of(recorder).baseline(StreamStatistics.load(file)).bindTo(registry);
 * }</pre>
 */
public final class StreamRecorderMetrics implements MeterBinder {
    private final StreamRecorder recorder;
    private final Optional<StreamStatistics> baseline;
    private final Iterable<Tag> tags;

    private StreamRecorderMetrics(StreamRecorder recorder, Optional<StreamStatistics> baseline, Iterable<Tag> tags) {
        this.recorder = recorder;
        this.baseline = baseline;
        this.tags = tags;
    }

    /**
     * {@return meters of a recorder}
     *
     * @param recorder what is told of
     */
    public static StreamRecorderMetrics of(StreamRecorder recorder) {
        return new StreamRecorderMetrics(
                BadRequestException.requireGiven(recorder, "recorder"), Optional.empty(), Tags.empty());
    }

    /**
     * {@return the same meters, and the drift from a baseline}
     *
     * @param statistics of the same points as the recorder's sessions, which keep the same things; must not change
     */
    public StreamRecorderMetrics baseline(StreamStatistics statistics) {
        return new StreamRecorderMetrics(
                recorder, Optional.of(BadRequestException.requireGiven(statistics, "baseline")), tags);
    }

    /**
     * {@return the same meters with tags}
     *
     * @param newTags such as the model's name
     */
    public StreamRecorderMetrics tags(Iterable<Tag> newTags) {
        return new StreamRecorderMetrics(recorder, baseline, BadRequestException.requireGiven(newTags, "tags"));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        BadRequestException.requireGiven(registry, "registry");
        FunctionCounter.builder("residual4j.sessions", recorder, StreamRecorder::sessions)
                .description("Sessions taken in")
                .tags(tags)
                .register(registry);
        FunctionCounter.builder("residual4j.tokens", recorder, StreamRecorder::tokens)
                .description("Tokens of the sessions taken in")
                .tags(tags)
                .register(registry);
        FunctionCounter.builder("residual4j.capture.failures", recorder, StreamRecorder::failures)
                .description("Captures that threw")
                .tags(tags)
                .register(registry);
        FunctionTimer.builder(
                        "residual4j.capture",
                        recorder,
                        StreamRecorder::captures,
                        r -> r.captureTime().toNanos(),
                        TimeUnit.NANOSECONDS)
                .description("Captures that gave a session")
                .tags(tags)
                .register(registry);
        baseline.ifPresent(statistics -> Gauge.builder("residual4j.drift", recorder, r -> drift(r, statistics))
                .description("The largest score of drift from the baseline; above 1 something has drifted")
                .tags(tags)
                .register(registry));
    }

    private static double drift(StreamRecorder recorder, StreamStatistics baseline) {
        StreamStatistics today = recorder.statistics();
        return today.sessions() == 0
                ? Double.NaN
                : Arrays.stream(today.driftFrom(baseline).score().toArray())
                        .max()
                        .orElse(Double.NaN);
    }
}
