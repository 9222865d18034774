package io.github.residual4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.capture.corpus.ActivationStore;
import io.github.residual4j.capture.corpus.CorpusProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
class CorpusCommandTest {
    private static final Path CAPITALS = Path.of("capitals.txt");
    private static final int KILLS = Integer.getInteger("residual4j.kills", 3);

    @TempDir
    Path folder;

    private record Outcome(int exitCode, String out, String err) {}

    private static Outcome run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    @Test
    void aFileGivesStatisticsFiguresAndAStore() throws IOException {
        Path out = folder.resolve("out");
        Outcome outcome = run(
                "corpus",
                CAPITALS.toString(),
                "--out",
                out.toString(),
                "--points",
                "embed,blocks.7.resid_post",
                "--store",
                "--store-type",
                "BF16",
                "--sample",
                "0.5",
                "--seed",
                "7");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .startsWith("84 texts in 84 windows, ")
                .contains("perplexity", "blocks.7.resid_post", "as BF16 in 1 shard\n", "written to " + out);
        assertThat(Stream.of(
                        "statistics.json",
                        "statistics.npz",
                        "statistics.png",
                        "cosine-points.png",
                        "similarity.png",
                        "outliers.png",
                        "index.html"))
                .allSatisfy(name -> assertThat(out.resolve(name)).isNotEmptyFile());
        StreamStatistics statistics = StreamStatistics.load(out.resolve("statistics.npz"));
        assertThat(statistics.sessions()).isEqualTo(84);
        ActivationStore store = ActivationStore.open(out.resolve("activations"));
        assertThat(store.points()).containsExactly("embed", "blocks.7.resid_post");
        assertThat((double) store.rows() / statistics.tokens()).isBetween(0.4, 0.6);
    }

    @Test
    void pointsBesideTheStreamAreStoredWhenNamed() {
        Path out = folder.resolve("out");
        Outcome outcome = run(
                "corpus",
                CAPITALS.toString(),
                "--out",
                out.toString(),
                "--store",
                "--store-last",
                "--store-points",
                "blocks.3.mlp.hook_post,blocks.3.attn.z");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("84 tokens at 2 points of tiny-gpt2, width 160 or 640, as F32 in 1 shard\n");
        assertThat(ActivationStore.open(out.resolve("activations")).points())
                .containsExactly("blocks.3.attn.z", "blocks.3.mlp.post");
        Outcome wrong = run("corpus", CAPITALS.toString(), "--store", "--store-points", "blocks.9.attn.z");
        assertThat(wrong.exitCode()).isEqualTo(Main.FAILED);
        assertThat(wrong.err())
                .startsWith("residual4j: The model tiny-gpt2 has no blocks.9.attn.z to store; it offers ")
                .hasLineCount(1);
        assertThat(run("corpus", CAPITALS.toString(), "--store-points", "final").exitCode())
                .isEqualTo(Main.WRONG_USAGE);
    }

    @Test
    void jsonLinesAreReadByTheirField() throws IOException {
        Path file = folder.resolve("texts.json");
        Files.writeString(file, "{\"body\": \"Paris\"}\n{\"body\": \"Tokyo is the capital\"}\n");
        Path out = folder.resolve("out");
        assertThat(run("corpus", file.toString(), "--field", "body", "--out", out.toString())
                        .exitCode())
                .isZero();
        assertThat(JsonParser.parseString(Files.readString(out.resolve("statistics.json")))
                        .getAsJsonObject()
                        .get("texts")
                        .getAsInt())
                .isEqualTo(2);
        Outcome wrong = run("corpus", folder.toString(), "--field", "body", "--out", "none");
        assertThat(wrong.exitCode()).isEqualTo(Main.FAILED);
        assertThat(wrong.err()).contains("--field body is for JSON lines").hasLineCount(1);
    }

    @Test
    void driftOfEachDimensionsQuantilesCanBeToldWhereASampleIsKept() {
        Path out = folder.resolve("out");
        assertThat(run("corpus", CAPITALS.toString(), "--out", out.toString(), "--dimension-quantiles", "200")
                        .exitCode())
                .isZero();
        StreamStatistics statistics = StreamStatistics.load(out.resolve("statistics.npz"));
        assertThat(statistics.driftFrom(statistics).dimensionQuantileDistance().toArray())
                .containsOnly(0);
        assertThat(run("corpus", CAPITALS.toString(), "--dimension-quantiles", "0")
                        .err())
                .contains("Quantiles of dimensions are taken from 1 to 10000 tokens, not 0.");
    }

    @Test
    void anotherOptionIsRefusedInOneLine() {
        Path out = folder.resolve("out");
        assertThat(run("corpus", CAPITALS.toString(), "--out", out.toString(), "--window", "16")
                        .exitCode())
                .isZero();
        Outcome outcome = run("corpus", CAPITALS.toString(), "--out", out.toString(), "--window", "8");
        assertThat(outcome.exitCode()).isEqualTo(Main.FAILED);
        assertThat(outcome.err())
                .startsWith("residual4j: " + out + ": holds a run whose window was 16, not 8;")
                .hasLineCount(1);
        assertThat(run("corpus", "nowhere.txt", "--out", folder.resolve("none").toString())
                        .err())
                .startsWith("residual4j: nowhere.txt: there is no such file.");
        assertThat(run("corpus", CAPITALS.toString(), "--sample", "0.5").exitCode())
                .isEqualTo(Main.WRONG_USAGE);
    }

    @Test
    void progressIsALineWithRateAndTimeLeft() {
        assertThat(CorpusCommand.line(
                        new CorpusProgress(1200, 90_000, Duration.ofSeconds(30), OptionalDouble.of(0.25), 0)))
                .isEqualTo("1,200 texts, 3,000 tokens a second, 25 %, 1 min 30 s left");
        assertThat(CorpusCommand.line(new CorpusProgress(1, 100, Duration.ofSeconds(1), OptionalDouble.empty(), 0)))
                .startsWith("1 text, ");
        assertThat(CorpusCommand.line(new CorpusProgress(3, 100, Duration.ofSeconds(1), OptionalDouble.empty(), 0)))
                .isEqualTo("3 texts, 100 tokens a second");
    }

    /** Kills processes at random moments; those that go on must leave the same bytes as one that nobody killed. */
    @Test
    void aRunThatIsKilledGoesOnAndLeavesTheSameBytes() throws IOException, InterruptedException {
        Path input = folder.resolve("texts.txt");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            lines.addAll(Files.readAllLines(CAPITALS));
        }
        Files.write(input, lines);
        long begun = System.nanoTime();
        assertThat(corpus(input, folder.resolve("whole")).waitFor()).isZero();
        long whole = (System.nanoTime() - begun) / 1_000_000;
        Map<String, byte[]> expected = files(folder.resolve("whole"));
        assertThat(expected.keySet()).anyMatch(name -> name.endsWith("00003.safetensors"));
        long seed = Long.getLong("residual4j.seed", System.nanoTime());
        Random random = new Random(seed);
        int kills = 0;
        for (int round = 0; kills < KILLS; round++) {
            Path out = folder.resolve("part" + round);
            boolean done = false;
            for (int attempt = 0; !done; attempt++) {
                Process process = corpus(input, out);
                long patience = attempt < 3 ? whole / 4 + random.nextLong(whole) : 600_000;
                done = process.waitFor(patience, TimeUnit.MILLISECONDS);
                if (!done) {
                    process.destroyForcibly().waitFor();
                    kills++;
                } else {
                    assertThat(process.exitValue()).isZero();
                }
            }
            Map<String, byte[]> found = files(out);
            assertThat(found.keySet()).as("seed %s", seed).isEqualTo(expected.keySet());
            expected.forEach((name, bytes) -> assertThat(Arrays.equals(found.get(name), bytes))
                    .as("%s, seed %s", name, seed)
                    .isTrue());
        }
    }

    private static Process corpus(Path input, Path out) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // begins sooner
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "corpus",
                        input.toString(),
                        "--out",
                        out.toString(),
                        "--window",
                        "16",
                        "--stride",
                        "12",
                        "--checkpoint",
                        "200",
                        "--store",
                        "--store-points",
                        "embed,blocks.7.resid_post,blocks.2.mlp.post,blocks.3.attn.z,blocks.5.mlp.pre,final",
                        "--store-type",
                        "F16",
                        "--shard-mb",
                        "1",
                        "--dimension-quantiles",
                        "50")
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
    }

    private static Map<String, byte[]> files(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }
}
