package io.github.residual4j.capture.corpus;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a run has come.
 *
 * @param texts how many texts were begun, those of earlier runs included
 * @param tokens how many tokens have been run since this process began
 * @param elapsed the time since this process began to run the model
 * @param share the part of the corpus that has been read, from 0 to 1; empty for a stream, whose end is not known
 * @param begunAt the share at which this process began
 */
public record CorpusProgress(long texts, long tokens, Duration elapsed, OptionalDouble share, double begunAt) {
    /** {@return how many tokens are run in a second; 0 before the first} */
    public double tokensPerSecond() {
        double seconds = elapsed.toNanos() / 1e9;
        return seconds > 0 ? tokens / seconds : 0;
    }

    /** {@return how long the rest will take at this pace, if that can be told yet} */
    public Optional<Duration> left() {
        if (share.isEmpty() || share.getAsDouble() <= begunAt) {
            return Optional.empty();
        }
        double done = share.getAsDouble() - begunAt;
        return Optional.of(Duration.ofMillis((long) (elapsed.toMillis() * (1 - share.getAsDouble()) / done)));
    }
}
