package io.github.residual4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In one JVM, with two threads for tasks. */
class SparkCorpusTest {
    private static final List<String> TEXTS = texts();

    private static SparkSession spark;
    private static LanguageModel model;

    @TempDir
    Path temp;

    @BeforeAll
    static void start() {
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.ui.enabled", false)
                .getOrCreate();
        model = LanguageModel.embedded();
    }

    @AfterAll
    static void stop() {
        spark.stop();
        model.close();
    }

    private static List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (String city : List.of("Paris", "Tokyo", "Kabul", "Accra", "Quito", "Bogotá")) {
            texts.add(city + " is the capital of a country.");
            texts.add("Q: Where is " + city + "? A: " + city + " lies somewhere on the map, as every capital does.");
            texts.add(" ");
        }
        return texts;
    }

    private static Dataset<String> dataset(int partitions) {
        return spark.createDataset(TEXTS, Encoders.STRING()).repartition(partitions);
    }

    private static void assertClose(Measure actual, Measure expected) {
        double[] theirs = expected.toArray();
        double scale = Arrays.stream(theirs).map(Math::abs).max().orElseThrow();
        assertThat(actual.toArray())
                .as(expected.name())
                .usingComparatorWithPrecision(1e-4 * scale)
                .containsExactly(theirs);
    }

    @Test
    void statisticsAreThoseOfOneMachine() {
        StreamStatistics expected = PartitionRun.empty();
        TEXTS.stream()
                .filter(text -> !text.isBlank())
                .forEach(text ->
                        expected.add(ResidualAnalyzer.of(model.capture(text)).withoutFirstPosition()));
        StreamStatistics found =
                SparkCorpus.of(dataset(5), "embedded").withoutFirstPosition().statistics();
        assertThat(found.sessions()).isEqualTo(12);
        assertThat(found.tokens()).isEqualTo(expected.tokens());
        assertClose(found.summary().std(), expected.summary().std());
        assertClose(found.dimensions().mean(), expected.dimensions().mean());
        assertClose(
                found.cosineBetweenAllPoints().mean(),
                expected.cosineBetweenAllPoints().mean());
        assertClose(found.similarity().cka(), expected.similarity().cka());
    }

    @Test
    void activationsAreThoseOfEachText() {
        Dataset<String> ordered = spark.createDataset(TEXTS, Encoders.STRING());
        Path folder = temp.resolve("activations");
        SparkCorpus.of(ordered, "embedded")
                .activations("embed", "blocks.7.resid_post")
                .write()
                .parquet(folder.toString());
        Map<String, Row> rows = new HashMap<>();
        for (Row row : spark.read().parquet(folder.toString()).collectAsList()) {
            String key = row.getLong(0) + " " + row.getInt(1) + " " + row.getString(4);
            assertThat(rows.put(key, row)).as(key).isNull();
        }
        int expected = 0;
        for (int text = 0; text < TEXTS.size(); text++) {
            if (TEXTS.get(text).isBlank()) {
                continue;
            }
            ActivationSession session = model.capture(TEXTS.get(text));
            for (int t = 0; t < session.tokens().size(); t++) {
                Row row = rows.get(text + " " + t + " blocks.7.resid_post");
                assertThat(row.getLong(2))
                        .isEqualTo(session.tokens().get(t).id().orElseThrow());
                List<Float> values = row.getList(5);
                float[] state = session.vector(16, t);
                assertThat(values).hasSize(160);
                for (int d = 0; d < 160; d++) {
                    assertThat(values.get(d)).isCloseTo(state[d], within(1e-4f + 1e-4f * Math.abs(state[d])));
                }
                expected += 2;
            }
        }
        assertThat(rows).hasSize(expected);
    }

    @Test
    void pointsBesideTheStreamHaveRowsOfTheirOwnWidth() {
        Dataset<String> ordered = spark.createDataset(TEXTS, Encoders.STRING());
        List<Row> rows = SparkCorpus.of(ordered, "embedded")
                .window(5)
                .activations("blocks.3.mlp.hook_post", "blocks.2.attn.z", "blocks.1.hook_resid_pre")
                .filter("text_id = 1 and position = 6")
                .collectAsList();
        long[] ids = model.encode(TEXTS.get(1));
        ActivationSession session =
                model.request(Arrays.copyOfRange(ids, 5, 10)).allPoints().capture();
        assertThat(rows).hasSize(3);
        for (Row row : rows) {
            float[] expected = session.activation(HookKey.parse(row.getString(4)))
                    .orElseThrow()
                    .toArray();
            List<Float> values = row.getList(5);
            assertThat(values).hasSize(row.getString(4).equals("blocks.3.mlp.post") ? 640 : 160);
            for (int d = 0; d < values.size(); d++) {
                float exact = expected[values.size() + d];
                assertThat(values.get(d))
                        .as("%s, %s", row.getString(4), d)
                        .isCloseTo(exact, within(2e-5f + 2e-5f * Math.abs(exact)));
            }
        }
        assertThat(rows)
                .extracting(row -> row.getString(4))
                .containsExactlyInAnyOrder("blocks.3.mlp.post", "blocks.2.attn.z", "blocks.0.resid_post");
    }

    @Test
    void aColumnAndWindowsAreTakenToo() {
        Dataset<Row> rows = dataset(2).toDF("body").withColumn("other", functions.lit(1));
        StreamStatistics found =
                SparkCorpus.of(rows, "body", "embedded").window(8).statistics();
        long windows = 0;
        for (String text : TEXTS) {
            windows += text.isBlank() ? 0 : (model.encode(text).length + 7) / 8;
        }
        assertThat(found.sessions()).isEqualTo(windows);
    }

    @Test
    void inWindowsThatOverlapEachTokenCountsOnce() {
        long tokens = TEXTS.stream()
                .filter(text -> !text.isBlank())
                .mapToLong(text -> model.encode(text).length)
                .sum();
        SparkCorpus overlapping = SparkCorpus.of(dataset(3), "embedded").window(8, 5);
        assertThat(overlapping.statistics().tokens()).isEqualTo(tokens);
        Dataset<Row> rows = overlapping.activations("embed");
        assertThat(rows.count()).isEqualTo(tokens);
        assertThat(rows.select("text_id", "position").distinct().count()).isEqualTo(tokens);
        assertThatThrownBy(() -> overlapping.window(8, 9))
                .hasMessage("Windows of 8 tokens every 9 leave tokens out or never go on; the stride is 1 to 8.");
    }

    /** A folder, and an archive as {@code --archives tiny.zip#unpacked} names it. */
    @Test
    void aModelIsFoundAmongWhatSparkDistributes() throws IOException {
        Path folder = TinyModel.folder(temp.resolve("tiny"));
        Path archive = TinyModel.zipped(folder, temp.resolve("tiny.zip"));
        spark.sparkContext().addFile(folder.toString(), true);
        spark.sparkContext().addArchive(archive + "#unpacked");
        for (String name : List.of("tiny", "unpacked")) {
            assertThat(SparkCorpus.of(dataset(2), name).statistics().tokens())
                    .isEqualTo(
                            SparkCorpus.of(dataset(2), "embedded").statistics().tokens());
        }
    }

    @Test
    void whatCannotBeRunIsAClearErrorOfTheJob() {
        assertThatThrownBy(() -> SparkCorpus.of(dataset(2), "/nowhere/gpt2").statistics())
                .hasStackTraceContaining("/nowhere/gpt2: executor driver at 127.0.0.1:")
                .hasStackTraceContaining("has no such file; give a path that all machines share");
        assertThatThrownBy(() -> SparkCorpus.of(dataset(2), "embedded")
                        .activations("blocks.9.resid_post")
                        .count())
                .hasStackTraceContaining("Block 9 does not exist; the model has blocks 0 to 7.");
        assertThatThrownBy(() -> SparkCorpus.of(dataset(2), "embedded").activations("blocks.0.attn.pattern"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("is a number for each pair of tokens");
        assertThatThrownBy(() -> SparkCorpus.of(spark.createDataset(List.of(" "), Encoders.STRING()), "embedded")
                        .statistics())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("holds no text");
    }

    @Test
    void theProgramDoesBothJobs() throws Exception {
        Path input = temp.resolve("texts.txt");
        Files.write(input, TEXTS);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
        Path file = temp.resolve("statistics.npz");
        assertThat(SparkMain.run(spark, List.of("statistics", input.toString(), file.toString()), to, to))
                .isZero();
        assertThat(StreamStatistics.load(file).sessions()).isEqualTo(12);
        Path folder = temp.resolve("parquet");
        assertThat(SparkMain.run(
                        spark,
                        List.of("activations", input.toString(), folder.toString(), "embedded", "embed"),
                        to,
                        to))
                .isZero();
        assertThat(spark.read().parquet(folder.toString()).count())
                .isEqualTo(StreamStatistics.load(file).tokens());
        assertThat(SparkMain.run(spark, List.of("count", "a", "b"), to, to)).isEqualTo(1);
        assertThat(SparkMain.run(spark, List.of("statistics"), to, to)).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("residual4j: \"count\" is no job; usage:");
    }
}
