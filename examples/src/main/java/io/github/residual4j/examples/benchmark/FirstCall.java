package io.github.residual4j.examples.benchmark;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.hook.StreamPoint;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Random;

/**
 * Prints the milliseconds of a JVM's first cosines and first report of a short text, {@code [25, 5, 768]}. {@code
 * examples/benchmark/first_call.py} starts it in fresh JVMs.
 */
public final class FirstCall {
    private FirstCall() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        Random random = new Random(1);
        ActivationSessionBuilder builder = ActivationSession.builder();
        for (int p = 0; p < 25; p++) {
            float[] state = new float[5 * 768];
            for (int i = 0; i < state.length; i++) {
                state[i] = (float) random.nextGaussian();
            }
            builder.point(StreamPoint.canonical(p).name(), FloatBuffer.wrap(state), 5, 768);
        }
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(builder.build());
        long start = System.nanoTime();
        Object cosines = analyzer.cosineBetweenConsecutivePoints();
        long middle = System.nanoTime();
        Object report = analyzer.report();
        long end = System.nanoTime();
        if (cosines.equals(report)) {
            throw new IllegalStateException("A result that nobody uses might not be computed");
        }
        System.out.printf(Locale.ROOT, "%.3f %.3f%n", (middle - start) / 1e6, (end - middle) / 1e6);
    }
}
