package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A native library that finds no place to unpack itself ends in one of the library's exceptions, each time. */
class NativeLibrariesTest {
    @TempDir
    Path folder;

    private Path notAFolder = Path.of("");

    @BeforeEach
    void writeAFile() throws IOException {
        notAFolder = Files.writeString(folder.resolve("file"), "x");
    }

    private List<String> probe(String property, Map<String, String> environment) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        property,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpeningProbe.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return Files.readAllLines(output).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("WARNING: ")) // newer JDKs on native code
                .toList();
    }

    @Test
    void aTemporaryFolderThatIsMissingIsNamedWithItsProperty() throws Exception {
        for (Path bad : List.of(folder.resolve("missing"), notAFolder)) {
            assertThat(probe("-Djava.io.tmpdir=" + bad, Map.of()))
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line)
                            .startsWith("CaptureException: ONNX Runtime's native library cannot be unpacked")
                            .contains("\"" + bad + "\"", "-Djava.io.tmpdir=FOLDER"));
        }
    }

    @Test
    void theTokenizersLibraryIsNotToBeTakenForABadTokenizer() throws Exception {
        assertThat(probe(
                        "-Dunused=",
                        Map.of("DJL_CACHE_DIR", notAFolder.resolve("below").toString())))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .startsWith("CaptureException: The tokenizer's native library cannot be loaded")
                        .contains("DJL_CACHE_DIR"));
    }
}
