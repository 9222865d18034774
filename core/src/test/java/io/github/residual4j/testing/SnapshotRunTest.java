package io.github.residual4j.testing;

import static io.github.residual4j.testing.ActivationAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots as a user's tests meet them: in the place where they are kept, and in JVMs that are told what to do. */
class SnapshotRunTest {
    private final ActivationSession session = SmallSessions.numbered();

    /** The file was written by core/src/test/python/make_snapshot.py. */
    @Test
    void aSnapshotBesideTheSourcesIsFound() {
        assertThat(session).matchesSnapshot("numbered").matchesSnapshot("numbered", Tolerance.EXACT);
    }

    @Test
    void softAssertionsFindItToo() {
        ActivationSoftAssertions softly = new ActivationSoftAssertions();

        softly.assertThat(session).matchesSnapshot("numbered");
        softly.assertThat(SmallSessions.with(2, 2, 1, 0)).as("soft").matchesSnapshot("numbered");

        assertThat(softly.errorsCollected()).hasSize(1);
        assertThat(softly.errorsCollected().get(0))
                .hasMessageStartingWith("[soft] The session is not the one in its snapshot \"numbered\", "
                        + "src/test/resources/io/github/residual4j/testing/SnapshotRunTest/numbered.safetensors.\n"
                        + "Expecting blocks.0.resid_post, token 2 \" 100%\\n\", dimension 1\n"
                        + "  to be close to: 221.0\n");
    }

    @Test
    void isWrittenOnRequestButNotOnABuildServer(@TempDir Path folder) throws Exception {
        assertThat(run(folder, List.of(), Map.of()))
                .contains("[child] There is no snapshot \"child\" of SnapshotProgram yet. Run")
                .contains("mvn test -Dtest=SnapshotProgram -Dresidual4j.snapshots=update");
        assertThat(run(folder, List.of("-Dresidual4j.snapshots=update"), Map.of("CI", "true")))
                .contains("BadRequestException: residual4j.snapshots is \"update\"");
        assertThat(folder).isEmptyDirectory();

        assertThat(run(folder, List.of(), Map.of("RESIDUAL4J_SNAPSHOTS", "update")))
                .isEmpty();

        assertThat(folder.resolve("child.safetensors")).isNotEmptyFile();
        assertThat(run(folder, List.of(), Map.of("CI", "true"))).isEmpty();
    }

    /** Runs the program in another working directory and returns what it prints. */
    private static String run(Path folder, List<String> options, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.command().addAll(options);
        builder.command()
                .addAll(List.of(
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SnapshotProgram.class.getName(),
                        folder.toString()));
        builder.environment().keySet().removeAll(List.of("CI", "RESIDUAL4J_SNAPSHOTS"));
        builder.environment().putAll(environment);
        builder.directory(folder.getParent().toFile());
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(output.isEmpty() ? 0 : 1);
        return output;
    }
}
