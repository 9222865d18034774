package io.github.residual4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
    private static final String[] FIGURES = {
        "cosine-consecutive.png",
        "statistics.png",
        "magnitudes.png",
        "alignment.png",
        "grid.png",
        "layers.gif",
        "layers.html",
        "index.html"
    };

    @TempDir
    Path folder;

    /** What a command left behind. */
    private record Outcome(int exitCode, String out, String err) {}

    private static Outcome run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private static Outcome runWell(String... args) {
        Outcome outcome = run(args);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        return outcome;
    }

    private String captured(String text) {
        String session = folder.resolve("session").toString();
        runWell("capture", "--text", text, "--out", session);
        return session;
    }

    @Test
    void demoWritesSessionNumbersAndFiguresAndPrintsATable() {
        Path out = folder.resolve("demo");
        Outcome outcome = runWell("demo", "--out", out.toString());
        assertThat(outcome.out())
                .containsPattern("\\d+\\.\\d %  \" France\"")
                .contains("embed")
                .contains("blocks.7.resid_post");
        assertThat(out).isDirectoryContaining("glob:**/tensors.npz").isDirectoryContaining("glob:**/analysis.json");
        assertThat(FIGURES).allSatisfy(name -> assertThat(out.resolve(name)).isNotEmptyFile());
        assertThat(ActivationSession.load(out).text()).contains("Paris is the capital of");
    }

    @Test
    void aSecondDemoReplacesTheFirst() {
        String out = folder.resolve("demo").toString();
        runWell("demo", "--out", out);
        runWell("demo", "--out", out, "--text", "Tokyo is the capital of");
        assertThat(ActivationSession.load(Path.of(out)).text()).contains("Tokyo is the capital of");
    }

    @Test
    void captureTakesTextInAnyScript() {
        String text = "Bogotá, México — naïve 東京 🌍";
        ActivationSession session = ActivationSession.load(Path.of(captured(text)));
        assertThat(session.text()).contains(text);
    }

    @Test
    void captureTakesIdsInPlaceOfAText() {
        Path out = folder.resolve("session");
        runWell("capture", "--ids", "3,14,15", "--out", out.toString());
        assertThat(ActivationSession.load(out).tokens())
                .extracting(token -> token.id().getAsLong())
                .containsExactly(3L, 14L, 15L);
    }

    @Test
    void captureKeepsEveryPointWhenAsked() {
        Path out = folder.resolve("session");
        runWell("capture", "--text", "Paris", "--points", "all", "--bos", "--out", out.toString());
        ActivationSession session = ActivationSession.load(out);
        assertThat(session.arrays())
                .containsKeys("attention_patterns", "blocks.7.mlp.post", "blocks.0.attn.q", "logits");
        assertThat(session.provenance().prependBos()).isTrue();
        assertThat(session.tokens().get(0).label()).isEqualTo("<|endoftext|>");
    }

    @Test
    void analyzeWritesNumbersAndFiguresBesideTheSession() {
        String session = captured("Paris");
        runWell("analyze", session);
        Path analysis = Path.of(session, "analysis");
        assertThat(analysis.resolve("analysis.json")).content().contains("\"cosine_consecutive\"");
        assertThat(FIGURES)
                .allSatisfy(name -> assertThat(analysis.resolve(name)).isNotEmptyFile());
    }

    @Test
    void analyzeLeavesAFolderAloneThatIsNotItsOwn() throws IOException {
        String session = captured("Paris");
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("thesis.tex"), "mine");
        Outcome outcome = run("analyze", session, "--out", other.toString());
        assertThat(outcome.exitCode()).isEqualTo(Main.FAILED);
        assertThat(outcome.err()).startsWith("residual4j: " + other).hasLineCount(1);
        assertThat(other).isDirectoryNotContaining("glob:**/*.png");
    }

    @ParameterizedTest
    @CsvSource({"0, a.gif", "-1, a.html", "2, A.GIF"})
    void animateWritesTheKindTheNameAsksFor(int token, String name) throws IOException {
        Path out = folder.resolve(name);
        runWell("animate", captured("Paris is the capital of"), "--token", "" + token, "--out", out.toString());
        String start = new String(Files.readAllBytes(out), StandardCharsets.ISO_8859_1);
        assertThat(start).startsWith(name.endsWith("html") ? "<!" : "GIF89a");
    }

    @Test
    void inspectListsThePointsOneOnALine() {
        assertThat(runWell("inspect", "embedded").out().lines().map(String::strip))
                .contains("embed", "blocks.0.resid_mid", "blocks.7.resid_post")
                .anyMatch(line -> line.matches("layers\\s+8"));
    }

    static Stream<Arguments> wrongUses() {
        return Stream.of(
                Arguments.of("Missing required subcommand", new String[] {}),
                Arguments.of("Unmatched argument", new String[] {"draw"}),
                Arguments.of("--text", new String[] {"capture"}),
                Arguments.of("--ids", new String[] {"capture", "--text", "a", "--ids", "1"}),
                Arguments.of("one", new String[] {"capture", "--ids", "one"}),
                Arguments.of("residual, all", new String[] {"capture", "--text", "a", "--points", "some"}),
                Arguments.of("DIR", new String[] {"analyze"}),
                Arguments.of(".gif or .html", new String[] {"animate", "x", "--out", "a.png"}));
    }

    @ParameterizedTest
    @MethodSource("wrongUses")
    void wrongUseIsOneLineAndExitCode2(String told, String[] args) {
        Outcome outcome = run(args);
        assertThat(outcome.exitCode()).isEqualTo(Main.WRONG_USAGE);
        assertThat(outcome.err()).startsWith("residual4j: ").contains(told).hasLineCount(1);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void failedWorkIsOneLineAndExitCode1() {
        for (String[] args : new String[][] {
            {"capture", "--text", "", "--out", folder.resolve("s").toString()},
            {"capture", "--text", "a", "--model", folder.resolve("none").toString()},
            {"capture", "--text", "a", "--model", "hf:no/such/name"},
            {"analyze", folder.resolve("none").toString()},
            {"demo", "--text", "a ".repeat(1000), "--out", folder.resolve("d").toString()},
        }) {
            Outcome outcome = run(args);
            assertThat(outcome.exitCode()).as(args[0]).isEqualTo(Main.FAILED);
            assertThat(outcome.err()).startsWith("residual4j: ").hasLineCount(1);
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void animateNamesTheTokensThereAre() {
        Outcome outcome = run("animate", captured("Paris"), "--token", "9");
        assertThat(outcome.exitCode()).isEqualTo(Main.FAILED);
        assertThat(outcome.err()).contains("--token 9").contains("tokens 0 to 1");
    }

    @Test
    void verboseAddsAStackTrace() {
        assertThat(run("analyze", "--verbose", folder.resolve("none").toString())
                        .err())
                .contains("BadFileException")
                .contains("\tat ");
    }
}
