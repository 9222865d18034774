package io.github.residual4j.examples.benchmark;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.AnalysisReport;
import io.github.residual4j.analysis.CosineBetweenConsecutivePoints;
import io.github.residual4j.hook.StreamPoint;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Analyses beside a bare SIMD sum over as many values: {@code mvn -Pbenchmark -DskipTests verify} at the root, with JMH's
 * own arguments in {@code -Dbenchmark.args="AnalysisBenchmark -prof gc"}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx4g", "--add-modules", "jdk.incubator.vector", "-Dresidual4j.kernels=vector"})
public class AnalysisBenchmark {
    /** Points × tokens × width; the last is GPT-2 XL. */
    @Param({"25x5x768", "25x128x768", "25x1024x768", "97x1024x1600"})
    public String shape = "";

    private ResidualAnalyzer analyzer;
    private VectorSum sum;

    @Setup
    public void fill() {
        String[] lengths = shape.split("x", -1);
        int points = Integer.parseInt(lengths[0]);
        int tokens = Integer.parseInt(lengths[1]);
        int width = Integer.parseInt(lengths[2]);
        Random random = new Random(1);
        ActivationSessionBuilder builder = ActivationSession.builder();
        for (int p = 0; p < points; p++) {
            float[] state = new float[tokens * width];
            for (int i = 0; i < state.length; i++) {
                state[i] = (float) random.nextGaussian();
            }
            builder.point(StreamPoint.canonical(p).name(), FloatBuffer.wrap(state), tokens, width);
        }
        ActivationSession session = builder.build();
        analyzer = ResidualAnalyzer.of(session);
        sum = new VectorSum(session);
    }

    @Benchmark
    public float sum() {
        return sum.sum();
    }

    @Benchmark
    public CosineBetweenConsecutivePoints cosineBetweenConsecutivePoints() {
        return analyzer.cosineBetweenConsecutivePoints();
    }

    @Benchmark
    public AnalysisReport report() {
        return analyzer.report();
    }
}
