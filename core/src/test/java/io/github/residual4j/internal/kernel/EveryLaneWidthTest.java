package io.github.residual4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the tests that are tagged {@code every-processor} with each kind of kernels, and those tagged {@code both-kernels}
 * once, in JVMs told to use no newer instructions than processors have that are older than this one. On x86-64, {@code UseAVX} of 0 and 1 take 4 floats at a time, or 8; 2 takes 8, and 3
 * takes 16. What this processor lacks is skipped and says so; a JVM that knows no such option runs the tests once.
 */
@Tag("any-kernels")
class EveryLaneWidthTest {
    /** Tests that a run has at the very least. */
    private static final Map<String, Integer> TESTS = Map.of("vector", 600, "scalar", 50);

    static Stream<Arguments> runs() {
        return IntStream.rangeClosed(0, 3)
                .boxed()
                .flatMap(level -> Stream.of(Arguments.of(level, "vector"), Arguments.of(level, "scalar")));
    }

    @ParameterizedTest(name = "UseAVX={0}, {1}")
    @MethodSource("runs")
    void theTestsOfKernelsAndAnalysesPass(int level, String kernels) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:UseAVX=" + level));
        String known = output(command, "-XX:+PrintFlagsFinal", "-version");
        boolean option = known.lines().anyMatch(l -> l.contains(" UseAVX "));
        assumeTrue(option || level == 3, "This JVM has no option UseAVX: one run is enough");
        if (option) {
            boolean taken = known.lines().anyMatch(l -> l.matches(".* UseAVX += " + level + " .*"));
            assumeTrue(taken, "This processor has no AVX of level " + level);
        } else {
            command.remove(1);
        }
        String printed = output(
                command,
                "-Xmx512m",
                "--add-modules",
                "jdk.incubator.vector",
                "-D" + KernelChoice.PROPERTY + "=" + kernels,
                "-Dexpected.kernels=" + kernels,
                "-cp",
                System.getProperty("java.class.path"),
                LaneWidthRun.class.getName(),
                "every-processor",
                kernels.equals("vector") ? "both-kernels" : "every-processor");
        String[] last = printed.lines().reduce((a, b) -> b).orElse("").split(" ", -1);
        assertThat(last).as(printed).hasSize(4);
        assertThat(last[0]).isEqualTo(kernels);
        if (option) {
            assertThat(Integer.parseInt(last[1])).as("lanes").isIn(lanes(level));
        }
        assertThat(Integer.parseInt(last[2])).as("tests that passed").isGreaterThan(TESTS.get(kernels));
        assertThat(last[3]).as(printed).isEqualTo("0");
    }

    private static List<Integer> lanes(int level) {
        return switch (level) {
            case 0 -> List.of(4);
            case 1 -> List.of(4, 8);
            case 2 -> List.of(8);
            default -> List.of(8, 16); // some processors do better with 8 of their 16
        };
    }

    private static String output(List<String> command, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(all).redirectError(Redirect.DISCARD).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        assertThat(code).as(printed).isZero();
        return printed;
    }
}
