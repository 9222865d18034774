package io.github.residual4j.capture.internal.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.residual4j.capture.LanguageModel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing of a capture asks for a connection, by Java's means or a native library's, and the library writes nothing to
 * the terminal and leaves no temporary file, nor shows one to others.
 */
class NoNetworkTest {
    @TempDir
    private Path folder;

    @Test
    void aCaptureAsksForNoConnectionPrintsNothingAndLeavesNoFile() throws Exception {
        assertThat(attempts("capture")).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("output")))
                .allMatch(line -> line.isBlank() || line.startsWith("WARNING: ")); // newer JDKs on native code
        try (Stream<Path> left = Files.walk(folder.resolve("tmp"))) {
            assertThat(left.filter(Files::isRegularFile))
                    .isEmpty(); // ONNX Runtime leaves the folder its library was in
        }
    }

    @Test
    void whatIsGuardedAgainstWouldBeSeen() throws Exception {
        assertThat(attempts("bare tokenizer")).contains("169.254.169.254");
        assertThat(attempts("http client")).isNotEmpty();
    }

    /** The system is asked which connections the process wanted, native libraries included. */
    @Test
    void theSystemSeesNoConnectionEither() throws Exception {
        assumeTrue(connectionsSeenBySystem("plain socket").contains("127.0.0.1"), "strace is there and may trace");
        assertThat(connectionsSeenBySystem("capture")).isEmpty();
    }

    private String attempts(String probe) throws IOException, InterruptedException, URISyntaxException {
        run(command(probe));
        return Files.readString(folder.resolve("report"));
    }

    /** The calls by which a process connects or sends to an address of the internet. */
    private String connectionsSeenBySystem(String probe) throws InterruptedException, URISyntaxException {
        Path trace = folder.resolve("trace");
        List<String> command =
                new ArrayList<>(List.of("strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg"));
        command.addAll(List.of("-o", trace.toString()));
        try {
            command.addAll(command(probe));
            run(command);
            return String.join(
                    "\n",
                    Files.readAllLines(trace).stream()
                            .filter(line -> line.contains("AF_INET"))
                            .toList());
        } catch (IOException noTracer) {
            return "";
        }
    }

    private List<String> command(String probe) throws IOException, URISyntaxException {
        Path tmp = Files.createDirectories(folder.resolve("tmp"));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.nio.channels.spi.SelectorProvider=" + RefusedChannels.class.getName(),
                "-Djava.io.tmpdir=" + tmp,
                "-cp",
                System.getProperty("java.class.path"),
                NetworkProbe.class.getName(),
                probe,
                folder.resolve("report").toString(),
                models().toString());
    }

    private void run(List<String> command) throws IOException, InterruptedException {
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
    }

    /** A folder with the micro checkpoint, as an ONNX file too, and a tokenizer. */
    private Path models() throws IOException, URISyntaxException {
        Path models = folder.resolve("models");
        if (Files.exists(models)) {
            return models;
        }
        Files.createDirectories(models);
        for (String name : List.of("/micro/config.json", "/micro/model.safetensors", "/exports/micro-opset13.onnx")) {
            Path from = Path.of(Objects.requireNonNull(NoNetworkTest.class.getResource(name))
                    .toURI());
            String to =
                    name.endsWith(".onnx") ? "model.onnx" : from.getFileName().toString();
            Files.copy(from, models.resolve(to));
        }
        try (InputStream tokenizer = LanguageModel.class.getResourceAsStream("tiny-gpt2/tokenizer.json")) {
            Files.copy(tokenizer, models.resolve("tokenizer.json"));
        }
        return models;
    }
}
