package io.github.residual4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.StreamStatistics;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.capture.LanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a cluster of processes. */
class ClusterTest {
    private static final int PARTITIONS = 24;
    private static final Path ONNX = Path.of("../../capture/src/test/resources/exports/micro-opset13.onnx")
            .toAbsolutePath()
            .normalize();

    @TempDir
    Path temp;

    private static List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 480; i++) {
            texts.add("City number " + i + " is the capital of country number " + (i * 7 % 100) + ", it is said.");
        }
        return texts;
    }

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void theResultIsThatOfOneMachineEvenWhenAnExecutorIsKilled() throws Exception {
        StreamStatistics expected = PartitionRun.empty();
        try (LanguageModel model = LanguageModel.embedded()) {
            texts().forEach(text -> expected.add(model.request(text).capture()));
        }
        Path archive = TinyModel.zipped(TinyModel.folder(temp.resolve("tiny")), temp.resolve("tiny.zip"));
        try (StandaloneCluster cluster = new StandaloneCluster(temp)) {
            SparkSession spark = SparkSession.builder()
                    .master(cluster.url())
                    .config("spark.driver.host", "127.0.0.1")
                    .config("spark.driver.bindAddress", "127.0.0.1")
                    .config("spark.executor.memory", "700m")
                    .config("spark.ui.enabled", false)
                    .config("spark.jars", cluster.applicationJars())
                    .config("spark.archives", archive + "#unpacked") // as by --archives
                    .config("spark.files", ONNX + "," + wordTokenizer()) // as by --files
                    .getOrCreate();
            try {
                Dataset<String> dataset =
                        spark.createDataset(texts(), Encoders.STRING()).repartition(PARTITIONS);
                CompletableFuture<StreamStatistics> job = CompletableFuture.supplyAsync(
                        () -> SparkCorpus.of(dataset, "embedded").statistics());
                awaitTasks(spark, job);
                assertThat(cluster.killAnExecutor()).isTrue();
                assertSame(job.get(5, TimeUnit.MINUTES), expected);
                assertThat(SparkCorpus.of(dataset, "embedded")
                                .activations("embed")
                                .count())
                        .isEqualTo(expected.tokens());
                assertSame(SparkCorpus.of(dataset, "unpacked").statistics(), expected);
                StreamStatistics ofFile =
                        SparkCorpus.of(dataset, ONNX.getFileName().toString()).statistics();
                assertThat(ofFile.tokens())
                        .isEqualTo(texts().stream()
                                .mapToLong(text -> text.split(" ").length)
                                .sum());
            } finally {
                spark.stop();
            }
        }
    }

    /** A tokenizer that takes each word for a token, beside which Spark puts the ONNX file. */
    private Path wordTokenizer() throws IOException {
        return Files.writeString(
                temp.resolve("tokenizer.json"),
                "{\"version\": \"1.0\", \"model\": {\"type\": \"WordLevel\", \"vocab\": {\"is\": 0, \"City\": 1},"
                        + " \"unk_token\": \"is\"}, \"pre_tokenizer\": {\"type\": \"WhitespaceSplit\"}}");
    }

    /** Waits until some of the job's tasks are done and others are not. */
    private static void awaitTasks(SparkSession spark, CompletableFuture<?> job) throws InterruptedException {
        while (!job.isDone()) {
            boolean between = Arrays.stream(spark.sparkContext().statusTracker().getActiveStageIds())
                    .mapToObj(stage -> spark.sparkContext().statusTracker().getStageInfo(stage))
                    .filter(info -> info.isDefined())
                    .map(info -> (SparkStageInfo) info.get())
                    .filter(Objects::nonNull)
                    .anyMatch(info -> info.numCompletedTasks() > 0
                            && info.numCompletedTasks() < PARTITIONS / 2
                            && info.numTasks() == PARTITIONS);
            if (between) {
                return;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("the job ended before an executor could be killed: " + job);
    }

    private static void assertSame(StreamStatistics found, StreamStatistics expected) {
        assertThat(found.sessions()).isEqualTo(expected.sessions());
        assertThat(found.tokens()).isEqualTo(expected.tokens());
        assertThat(found.summary().count()).isEqualTo(expected.summary().count());
        assertClose(found.summary().std(), expected.summary().std());
        assertClose(found.dimensions().mean(), expected.dimensions().mean());
        assertClose(found.similarity().cka(), expected.similarity().cka());
    }

    private static void assertClose(Measure actual, Measure expected) {
        double[] theirs = expected.toArray();
        double scale = Arrays.stream(theirs).map(Math::abs).max().orElseThrow();
        assertThat(actual.toArray())
                .as(expected.name())
                .usingComparatorWithPrecision(1e-4 * scale)
                .containsExactly(theirs);
    }
}
