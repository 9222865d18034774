package io.github.residual4j.capture.internal.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of a capture asks for a connection, and the library writes nothing to the terminal. */
class NoNetworkTest {
    @TempDir
    private Path folder;

    @Test
    void aCaptureAsksForNoConnectionAndPrintsNothing() throws Exception {
        assertThat(attempts("capture")).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("output")))
                .allMatch(line -> line.isBlank() || line.startsWith("WARNING: ")); // newer JDKs on native code
    }

    @Test
    void whatIsGuardedAgainstWouldBeSeen() throws Exception {
        assertThat(attempts("bare tokenizer")).contains("169.254.169.254");
        assertThat(attempts("http client")).isNotEmpty();
    }

    private String attempts(String probe) throws IOException, InterruptedException {
        Path report = folder.resolve("report");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.nio.channels.spi.SelectorProvider=" + RefusedChannels.class.getName(),
                "-cp",
                System.getProperty("java.class.path"),
                NetworkProbe.class.getName(),
                probe,
                report.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().keySet().removeAll(List.of("DJL_OFFLINE", "OPT_OUT_TRACKING", "RUST_FLAVOR"));
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("output")))
                .isZero();
        return Files.readString(report);
    }
}
