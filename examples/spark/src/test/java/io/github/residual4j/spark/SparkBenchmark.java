package io.github.residual4j.spark;

import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.ModelOptions;
import io.github.residual4j.capture.corpus.Corpus;
import io.github.residual4j.capture.corpus.CorpusRun;
import io.github.residual4j.capture.runtime.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * Statistics of 2,000 short texts by the embedded model: two tasks of Spark in one JVM against a corpus run as the
 * command makes it on two cores. The first runs of each, which open the model and start Spark, do not
 * count. To be run with the test class path and the options that the module's pom gives to tests.
 */
final class SparkBenchmark {
    private static final int TEXTS = 2000;

    private SparkBenchmark() {}

    /**
     * Prints medians and the best of the times, and the median of the ratios of neighbouring runs.
     *
     * @param arguments the number of measured pairs, 10 without it
     */
    public static void main(String[] arguments) throws IOException {
        int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
        List<String> texts = texts();
        Path input = Files.createTempFile("corpus", ".txt");
        Files.write(input, texts);
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate();
        try (LanguageModel model =
                LanguageModel.open("embedded", ModelOptions.defaults().on(Device.cpu(1)))) {
            CorpusRun run = CorpusRun.of(model, Corpus.lines(input))
                    .withoutPerplexity()
                    .atOnce(3); // as the command does on two cores
            Dataset<String> dataset =
                    spark.createDataset(texts, Encoders.STRING()).repartition(2).cache();
            SparkCorpus corpus = SparkCorpus.of(dataset, "embedded");
            double[] alone = new double[pairs];
            double[] distributed = new double[pairs];
            double[] ratios = new double[pairs];
            for (int i = -2; i < pairs; i++) {
                boolean aloneFirst = i % 2 == 0;
                double first = milliseconds(aloneFirst ? () -> run(run) : corpus::statistics);
                double second = milliseconds(aloneFirst ? corpus::statistics : () -> run(run));
                if (i >= 0) {
                    alone[i] = aloneFirst ? first : second;
                    distributed[i] = aloneFirst ? second : first;
                    ratios[i] = alone[i] / distributed[i];
                }
            }
            Arrays.sort(alone);
            Arrays.sort(distributed);
            Arrays.sort(ratios);
            System.out.printf(
                    Locale.ROOT,
                    "local[2] %.0f ms (best %.0f) against %.0f ms (best %.0f) of a corpus run: %.2f of its throughput%n",
                    distributed[pairs / 2],
                    distributed[0],
                    alone[pairs / 2],
                    alone[0],
                    ratios[pairs / 2]);
        } finally {
            spark.stop();
            Files.delete(input);
        }
    }

    private static List<String> texts() {
        List<String> cities = List.of("Paris", "Tokyo", "Kabul", "Accra", "Quito", "Bogotá", "Vienna", "Ottawa");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < TEXTS; i++) {
            texts.add("Q" + i + ": where is " + cities.get(i % cities.size()) + "?"
                    + " It is the capital of a country.".repeat(i % 5));
        }
        return texts;
    }

    private static double milliseconds(Runnable work) {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e6;
    }

    private static void run(CorpusRun run) {
        try {
            Path folder = Files.createTempDirectory("corpus");
            run.run(folder);
            FileUtils.deleteDirectory(folder.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
