package io.github.residual4j.capture.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.analysis.CorpusReport;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.TextScore;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusRunTest {
    private static final List<String> TEXTS = texts();

    private static LanguageModel model;

    @TempDir
    Path temp;

    private Path file;

    @BeforeAll
    static void open() {
        model = LanguageModel.embedded();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @BeforeEach
    void write() throws IOException {
        file = temp.resolve("texts.txt");
        Files.writeString(
                file,
                String.join("\n", TEXTS.subList(0, 7)) + "\n\n  \r\n"
                        + String.join("\r\n", TEXTS.subList(7, TEXTS.size())));
    }

    /** Short ones and long ones, of which the longest fills several windows. */
    private static List<String> texts() {
        Random random = new Random(5);
        List<String> cities = List.of("Paris", "Tokyo", "Kabul", "Bogotá", "Accra", "Quito");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = 1 + random.nextInt(i % 8 == 3 ? 12 : 2); n > 0; n--) {
                text.append(text.isEmpty() ? "" : " ")
                        .append(cities.get(random.nextInt(cities.size())))
                        .append(" is the capital of a country.");
            }
            texts.add(text.toString());
        }
        return texts;
    }

    private CorpusRun run() {
        return CorpusRun.of(model, Corpus.lines(file)).window(24, 16).checkpointEvery(60);
    }

    @Test
    void statisticsAreThoseOfTheTextsRunOneByOne() {
        CorpusReport report = CorpusRun.of(model, Corpus.lines(file)).run(temp.resolve("out"));
        StreamStatistics expected =
                new StreamStatistics().withDimensions().withCosines().withSimilarity();
        double sum = 0;
        long scored = 0;
        for (String text : TEXTS) {
            expected.add(model.capture(text));
            TextScore score = model.score(text); // from the logits of a run of its own
            sum += score.sum();
            scored += score.tokens().size();
        }
        assertThat(report.texts()).isEqualTo(24);
        assertThat(report.windows()).isEqualTo(24);
        assertThat(report.tokens()).isEqualTo(expected.tokens());
        assertThat(report.scored()).isEqualTo(scored);
        assertThat(report.perplexity().orElseThrow()).isCloseTo(Math.exp(-sum / scored), within(1e-4));
        assertClose(
                report.result("many_sessions").measure("std"),
                expected.summary().std());
        assertClose(
                report.result("cosine_between_points").measure("cosine_mean"),
                expected.cosineBetweenAllPoints().mean());
        assertClose(report.result("cka").measure("cka"), expected.similarity().cka());
        StreamStatistics saved = StreamStatistics.load(temp.resolve("out/statistics.npz"));
        assertClose(saved.dimensions().mean(), expected.dimensions().mean());
        assertThat(saved.tokens()).isEqualTo(expected.tokens());
    }

    @Test
    void capturedTextsAreScoredAsTextsAre() {
        ActivationSession session = model.capture(TEXTS.get(0));
        TextScore expected = model.score(TEXTS.get(0)); // from the logits of a run of its own
        TextScore found = model.score(session);
        assertThat(found.tokens()).isEqualTo(expected.tokens());
        for (int i = 0; i < found.tokens().size(); i++) {
            assertThat(found.logProbabilities().get(i))
                    .isCloseTo(expected.logProbabilities().get(i), within(1e-3));
        }
        assertThatThrownBy(() -> model.score(model.capture(0)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("1 token");
        assertThatThrownBy(() ->
                        model.score(model.request("Paris is").stopAfterBlock(3).capture()))
                .hasMessageContaining("last state is blocks.3.resid_post");
    }

    private static void assertClose(Measure actual, Measure expected) {
        double[] theirs = expected.toArray();
        double scale = Arrays.stream(theirs).map(Math::abs).max().orElseThrow();
        assertThat(actual.toArray()).usingComparatorWithPrecision(1e-4 * scale).containsExactly(theirs);
    }

    @Test
    void eachTokenOfALongTextCountsOnceInTheFirstWindowThatHoldsIt() {
        String text = String.join(" ", TEXTS.subList(0, 8));
        long[] ids = model.encode(text);
        CorpusReport report = CorpusRun.of(
                        model, Corpus.lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))))
                .window(24, 16)
                .run(temp.resolve("out"));
        StreamStatistics expected = new StreamStatistics();
        for (int begin = 0, end = 0; end < ids.length; begin += 16) {
            int before = end;
            end = Math.min(begin + 24, ids.length);
            ActivationSession window = model.capture(Arrays.copyOfRange(ids, begin, end));
            expected.add(ResidualAnalyzer.of(window)
                    .positions(IntStream.range(before - begin, end - begin).toArray()));
        }
        assertThat(ids.length).isGreaterThan(48);
        assertThat(report.texts()).isEqualTo(1);
        assertThat(report.windows()).isEqualTo(expected.sessions());
        assertThat(report.tokens()).isEqualTo(ids.length);
        assertClose(
                report.result("many_sessions").measure("norm_mean"),
                expected.summary().normMean());
        assertThat(report.perplexity().orElseThrow())
                .isCloseTo(model.score(text, 24, 16).perplexity(), within(1e-3));
        assertThat(report.scored()).isEqualTo(ids.length - 1);
    }

    @Test
    void theFirstPositionAndOtherPointsCanBeLeftOut() {
        CorpusReport report = run().points("blocks.7.resid_post", "embed")
                .withoutFirstPosition()
                .withoutPerplexity()
                .run(temp.resolve("out"));
        StreamStatistics all = new StreamStatistics();
        for (String text : TEXTS) {
            all.add(ResidualAnalyzer.of(model.capture(text)).withoutFirstPosition());
        }
        assertThat(report.perplexity()).isEmpty();
        assertThat(report.result("many_sessions").measure("mean").axes().get(0).labels())
                .containsExactly("embed", "blocks.7.resid_post");
        // A long text's later windows begin anew, but their first positions were new in the window before.
        assertThat(report.tokens()).isEqualTo(all.tokens());
    }

    @Test
    void jsonTellsAllOfIt() throws IOException {
        CorpusReport report = run().run(temp.resolve("out"));
        JsonObject json = JsonParser.parseString(Files.readString(temp.resolve("out/statistics.json")))
                .getAsJsonObject();
        assertThat(json.keySet())
                .contains(
                        "model_sha256",
                        "input_sha256",
                        "perplexity",
                        "many_sessions",
                        "quantiles",
                        "outlier_dimensions",
                        "cosine_between_points",
                        "cka",
                        "layer_names");
        assertThat(json.get("texts").toString()).isEqualTo("24");
        assertThat(json.get("perplexity").getAsDouble())
                .isEqualTo(report.perplexity().orElseThrow());
        assertThat(json.getAsJsonArray("layer_names")).hasSize(17);
        assertThat(Files.readString(temp.resolve("out/statistics.json"))).isEqualTo(report.toJson());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 14, 23})
    void aRunThatWasInterruptedGoesOnAndGivesTheSameBytes(int windows) {
        StoreOptions kept =
                StoreOptions.of(StoredType.F32).sample(0.5, 3).at("blocks.2.mlp.post", "blocks.5.resid_mid", "final");
        run().store(kept).run(temp.resolve("whole"));
        Path out = temp.resolve("part");
        int[] left = {windows};
        CorpusRun interrupted = run().store(kept).atOnce(1 + windows % 3).onProgress(done -> {
            if (left[0]-- == 0) {
                throw new IllegalStateException("stopped");
            }
        });
        assertThatThrownBy(() -> interrupted.run(out)).hasMessage("stopped");
        assertThat(out.resolve("statistics.json")).doesNotExist();
        assertThat(out.resolve("activations/index.json")).doesNotExist();
        List<Long> texts = new ArrayList<>();
        run().store(kept).onProgress(done -> texts.add(done.texts())).run(out);
        RunFiles.assertSame(out, temp.resolve("whole"));
        if (windows == 23) {
            assertThat(texts.get(0)).as("goes on and does not begin again").isGreaterThan(8);
        }
    }

    @Test
    void batchesThatRunAtTheSameTimeGiveTheSameBytes() {
        run().run(temp.resolve("one"));
        run().atOnce(3).run(temp.resolve("three"));
        RunFiles.assertSame(temp.resolve("three"), temp.resolve("one"));
        assertThatThrownBy(() -> run().atOnce(0)).hasMessage("At least 1 batch runs at a time, not 0.");
    }

    @Test
    void aFinishedRunIsNotRunAgain() {
        CorpusReport first = run().run(temp.resolve("out"));
        CorpusReport second = run().onProgress(done -> {
                    throw new IllegalStateException("ran again");
                })
                .run(temp.resolve("out"));
        assertThat(second).isEqualTo(first).hasSameHashCodeAs(first).hasToString(first.toString());
    }

    @Test
    void anotherInputModelOrOptionIsRefusedWithTheReason() throws IOException {
        Path out = temp.resolve("out");
        run().run(out);
        assertRefused(run().window(24, 12), out, "stride was 16, not 12");
        assertRefused(run().points("embed"), out, "points was embed, blocks.0.resid_mid");
        assertRefused(run().withoutFirstPosition(), out, "first position was taken in, not left out");
        assertRefused(run().store(StoreOptions.of(StoredType.F16)), out, "stored type was none, not F16");
        Path stored = temp.resolve("stored");
        StoreOptions last = StoreOptions.of(StoredType.F16).lastPosition();
        run().store(last.at("blocks.2.mlp.post")).run(stored);
        assertRefused(
                run().store(last.at("blocks.2.mlp.post", "final")),
                stored,
                "stored points was blocks.2.mlp.post, not blocks.2.mlp.post, final");
        assertRefused(run().store(last), stored, "stored points was blocks.2.mlp.post, not none");
        Files.writeString(file, "Paris", StandardOpenOption.APPEND);
        assertRefused(run(), out, "input sha256 was");
        assertThat(RunFiles.of(out)).containsKey("statistics.json");
    }

    private static void assertRefused(CorpusRun run, Path out, String reason) {
        assertThatThrownBy(() -> run.run(out))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(out.toString())
                .hasMessageContaining(reason)
                .hasMessageEndingWith("choose another folder.");
    }

    @Test
    void aStreamGoesOnOnlyWithTheSameTexts() {
        Path out = temp.resolve("out");
        List<String> texts = TEXTS.subList(0, 12);
        CorpusRun.of(model, stream(texts)).checkpointEvery(40).run(temp.resolve("whole"));
        assertThatThrownBy(() -> CorpusRun.of(model, stream(texts))
                        .checkpointEvery(40)
                        .onProgress(done -> {
                            if (done.texts() > 6) {
                                throw new IllegalStateException("stopped");
                            }
                        })
                        .run(out))
                .hasMessage("stopped");
        List<String> others = new ArrayList<>(texts);
        others.set(1, "Something else");
        assertRefused(CorpusRun.of(model, stream(others)).checkpointEvery(40), out, "texts differ");
        assertRefused(CorpusRun.of(model, stream(texts.subList(0, 1))).checkpointEvery(40), out, "ends after 1 text,");
        CorpusRun.of(model, stream(texts)).checkpointEvery(40).run(out);
        RunFiles.assertSame(out, temp.resolve("whole"));
    }

    private static Corpus stream(List<String> lines) {
        return Corpus.lines(new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void jsonLinesAndFoldersHoldTheSameTexts() throws IOException {
        Path json = temp.resolve("texts.jsonl");
        Path folder = Files.createDirectories(temp.resolve("texts/more"));
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < TEXTS.size(); i++) {
            JsonObject line = new JsonObject();
            line.addProperty("id", i);
            line.addProperty("text", TEXTS.get(i));
            lines.append(line).append('\n');
            Files.writeString(folder.resolve(String.format("%02d.txt", i)), TEXTS.get(i));
        }
        Files.writeString(json, lines);
        Files.writeString(temp.resolve("texts/.hidden"), "not read");
        String expected = CorpusRun.of(model, Corpus.of(file))
                .run(temp.resolve("a"))
                .results()
                .toString();
        assertThat(CorpusRun.of(model, Corpus.of(json)).run(temp.resolve("b")).results())
                .hasToString(expected);
        assertThat(CorpusRun.of(model, Corpus.of(temp.resolve("texts")))
                        .run(temp.resolve("c"))
                        .results())
                .hasToString(expected);
    }

    @Test
    void whatIsNoTextIsRefusedWithItsPlace() throws IOException {
        Path json = temp.resolve("bad.jsonl");
        Files.writeString(json, "{\"text\": \"Paris\"}\n{\"body\": \"Tokyo\"}\n");
        assertThatThrownBy(() -> CorpusRun.of(model, Corpus.of(json)).run(temp.resolve("a")))
                .isInstanceOf(BadFileException.class)
                .hasMessage(json + ": line 2 has no field \"text\", only [body].");
        Files.writeString(json, "{\"text\": 3}");
        assertThatThrownBy(() -> CorpusRun.of(model, Corpus.of(json)).run(temp.resolve("b")))
                .hasMessage(json + ": the field \"text\" in line 1 is no string.");
        Path latin = temp.resolve("latin.txt");
        Files.write(latin, "Paris\nBogot\u00e1\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> CorpusRun.of(model, Corpus.lines(latin)).run(temp.resolve("c")))
                .hasMessage(latin + ": line 2 is not UTF-8 text; save the file as UTF-8.");
        Path blank = Files.writeString(temp.resolve("blank.txt"), "\n  \n");
        assertThatThrownBy(() -> CorpusRun.of(model, Corpus.lines(blank)).run(temp.resolve("d")))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("holds no text");
        assertThatThrownBy(() -> Corpus.of(temp.resolve("nowhere")))
                .hasMessage(temp.resolve("nowhere") + ": there is no such file.");
    }

    @Test
    void foldersThatAreNotARunsStayAsTheyAre() throws IOException {
        Path mine = Files.createDirectories(temp.resolve("mine"));
        Files.writeString(mine.resolve("thesis.tex"), "mine");
        assertThatThrownBy(() -> run().run(mine)).hasMessageContaining("thesis.tex");
        assertThat(RunFiles.of(mine)).containsOnlyKeys("thesis.tex");
        assertThatThrownBy(() -> run().run(file)).isInstanceOf(BadFileException.class);
        assertThatThrownBy(() -> CorpusRun.of(model, Corpus.files(temp)).run(temp.resolve("out")))
                .hasMessageContaining("lies in what is read");
        assertThat(temp.resolve("out")).doesNotExist();
    }

    @Test
    void twoRunsInOneFolderAreRefused() {
        Path out = temp.resolve("out");
        CorpusRun second = run();
        List<String> refused = new ArrayList<>();
        run().onProgress(done -> {
                    try {
                        second.run(out);
                    } catch (BadFileException e) {
                        refused.add(e.getMessage());
                    }
                })
                .run(out);
        assertThat(refused)
                .isNotEmpty()
                .allSatisfy(message ->
                        assertThat(message).startsWith(out.toString()).contains("another run is at work"));
    }

    @Test
    void progressTellsRateAndTimeLeft() {
        List<CorpusProgress> told = new ArrayList<>();
        run().onProgress(told::add).run(temp.resolve("out"));
        CorpusProgress last = told.get(told.size() - 1);
        assertThat(told.get(0).texts()).isBetween(1L, 12L);
        assertThat(last.texts()).isEqualTo(24);
        assertThat(last.share().orElseThrow()).isEqualTo(1, within(1e-12));
        assertThat(told).extracting(done -> done.share().orElseThrow()).isSorted();
        assertThat(last.tokensPerSecond()).isPositive();
        CorpusProgress half = new CorpusProgress(3, 4000, Duration.ofSeconds(20), OptionalDouble.of(0.6), 0.2);
        assertThat(half.tokensPerSecond()).isEqualTo(200);
        assertThat(half.left()).contains(Duration.ofSeconds(20));
    }
}
