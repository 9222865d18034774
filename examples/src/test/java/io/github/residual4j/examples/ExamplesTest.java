package io.github.residual4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.StreamStatistics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example as its reader would, and looks at what it prints and writes. */
class ExamplesTest {
    private static final Path SOURCES = Path.of("src/main/java/io/github/residual4j/examples");
    private static final int SCREEN = 75; // lines of a class, its imports included

    @TempDir
    private Path folder;

    private interface Program {
        void main(String[] args) throws IOException;
    }

    private static String printed(Program program, Object... args) throws IOException {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8)); // progress
            program.main(List.of(args).stream().map(String::valueOf).toArray(String[]::new));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void beginsAsTheReadmeDoes() throws IOException {
        Path picture = folder.resolve("cosine.png");
        assertThat(printed(FirstStream::main, picture))
                .startsWith("[\" France\" ")
                .contains("L7  ");
        assertThat(picture).isNotEmptyFile();
    }

    @Test
    void seesTheStream() throws IOException {
        assertThat(printed(SeeTheStream::main, "Tokyo is the capital of", folder))
                .contains("“ Japan”", "embed → blocks.0.resid_mid", "residual_l2", "16 files in ");
        assertThat(folder.resolve("figures/index.html")).isNotEmptyFile();
        assertThat(ActivationSession.load(folder.resolve("session")).points()).hasSize(17);
    }

    @Test
    void readsTheStream() throws IOException {
        assertThat(printed(ReadTheStream::main))
                .contains(
                        "blocks.7.resid_post",
                        "“ France” is number 1",
                        "who wrote the 2.51 logits",
                        "blocks.0.mlp_out");
    }

    @Test
    void steersTheText() throws IOException {
        assertThat(printed(SteerTheText::main)).contains("0.0: The capital is", "2.0: The capital is", "-2.0: ");
    }

    @Test
    void changesARun() throws IOException {
        assertThat(printed(ChangeARun::main, folder))
                .contains(
                        "whole:             [\" France\" 65.0 %, ",
                        "without attention: ", "they part at blocks.4.resid_mid");
        assertThat(folder.resolve("patching.png")).isNotEmptyFile();
        assertThat(folder.resolve("ablation.png")).isNotEmptyFile();
    }

    @Test
    void findsAFact() throws IOException {
        Path picture = folder.resolve("fact.png");
        assertThat(printed(FindAFact::main, picture))
                .startsWith("[\" France\" 65.0 %] against [\" Germany\" ")
                .containsPattern("L0 +0\\.29\\d+ +0\\.9[89]\\d+ +0\\.000")
                .containsPattern("L4 +0\\.\\d+ +0\\.3[89]\\d+ .* 0\\.8[45]\\d+\n")
                .containsPattern("L0 +0\\.09\\d+ +0\\.7[67]\\d+ .* 0\\.4[89]\\d+\n")
                .containsPattern("block . head .*\nL0 +0\\.3[01]\\d+ ")
                .containsPattern("without the first MLP at the city: \\[\" France\" 3[56]\\.\\d %");
        assertThat(picture).isNotEmptyFile();
    }

    @Test
    void seesTheStreamOfAnotherModel() throws IOException {
        Path copy = EmbeddedCopy.write(folder.resolve("copy"));
        assertThat(printed(SeeTheStream::main, "Paris", folder.resolve("out"), copy))
                .contains("copy, 17 points × 2 tokens");
    }

    @Test
    void capturesFasterWhatIsLess() throws IOException {
        assertThat(printed(FastCapture::main, "Paris is the capital of", 2))
                .containsPattern("stream without logits +17 +6 +\\d")
                .containsPattern("the same, nothing after block 3 +4 +1 +\\d");
    }

    @Test
    void comparesCheckpointsLayerByLayer() throws IOException {
        assertThat(printed(CompareCheckpoints::main, folder))
                .contains("f16 against rounded", "next token: \" France\" 65.0 % against \" France\"")
                .containsPattern("blocks.7.resid_post +[3-9]\\.\\d\\de-03");
        assertThat(folder.resolve("comparison.png")).isNotEmptyFile();
    }

    @Test
    void comparesACheckpointWithItself() throws IOException {
        Path copy = EmbeddedCopy.write(folder.resolve("copy"));
        assertThat(printed(CompareCheckpoints::main, folder, copy, copy)).contains("Sessions that agree");
    }

    @Test
    void findsMassiveActivations() throws IOException {
        assertThat(printed(FindMassiveActivations::main))
                .contains("12 massive activations", "blocks.2.resid_mid, token 0 \"Par\", dimension 138: 2500.0")
                .containsPattern("blocks.7.resid_post +0\\.8\\d\\d +0\\.2\\d\\d");
    }

    @Test
    void findsNoneWhereThereAreNone() throws IOException {
        Path copy = EmbeddedCopy.write(folder.resolve("copy"));
        assertThat(printed(FindMassiveActivations::main, copy)).startsWith("0 massive activations in copy");
    }

    @Test
    void animates() throws IOException {
        assertThat(printed(AnimateTheStream::main, "Paris is the capital of", folder))
                .contains("17 frames of “ of”", "layers.gif", "layers.html");
        assertThat(folder.resolve("layers.gif")).isNotEmptyFile();
    }

    @Test
    void measuresACorpus() throws IOException {
        Path statistics = folder.resolve("statistics.npz");
        assertThat(printed(CorpusStatistics::main, "capitals.txt", statistics))
                .contains("84 sessions of ", "norm_mean", "quantile", "explained_ratio");
        assertThat(StreamStatistics.load(statistics).sessions()).isEqualTo(84);
    }

    @Test
    void measuresActivationsOfAnotherTool() throws IOException {
        assertThat(printed(FeedYourOwnActivations::main, folder)).contains("another tool, 13 points", "straightness");
        assertThat(ActivationSession.load(folder.resolve("session")).blockCount())
                .isEqualTo(6);
    }

    @Test
    void runsInJShell() throws IOException, InterruptedException {
        assertThat(run("jshell", "--class-path", classPath(), example("jshell/stream.jsh")))
                .contains("tiny-gpt2, 17 points", "embed → blocks.0.resid_mid");
    }

    @Test
    void runsAsASingleFile() throws IOException, InterruptedException {
        Path figure = folder.resolve("cosine.png");
        assertThat(run("java", "--class-path", classPath(), example("jbang/stream.java"), "Paris", figure.toString()))
                .contains("tiny-gpt2, 17 points × 2 tokens");
        assertThat(figure).isNotEmptyFile();
    }

    /** What a program of the running JDK prints; nothing is typed in. */
    private String run(String program, String... args) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", program).toString());
        builder.command().addAll(List.of(args));
        builder.redirectErrorStream(true)
                .redirectInput(Files.createFile(folder.resolve("nothing")).toFile());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private static String example(String name) {
        return Path.of(name).toAbsolutePath().toString();
    }

    @Test
    void fitsOnAScreen() throws IOException {
        try (var sources = Files.list(SOURCES)) {
            assertThat(sources.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !file.endsWith("Gallery.java")))
                    .hasSizeGreaterThan(7)
                    .allSatisfy(file -> assertThat(Files.readAllLines(file)).hasSizeLessThan(SCREEN));
        }
    }
}
