package io.github.residual4j.spark;

import io.github.residual4j.StreamStatistics;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.ResidualException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * The program for {@code spark-submit}:
 *
 * <pre>
 * spark-submit --class io.github.residual4j.spark.SparkMain … statistics INPUT statistics.npz [MODEL]
 * spark-submit --class io.github.residual4j.spark.SparkMain … activations INPUT OUTPUT [MODEL [POINT…]]
 * </pre>
 *
 * INPUT is text of which each line is one text, wherever Spark reads from. Statistics go to a file of the driver's
 * machine, activations to a folder of Parquet files wherever Spark writes to. MODEL is {@code embedded} without it.
 */
public final class SparkMain {
    private static final String STATISTICS = "statistics";
    private static final List<String> JOBS = List.of(STATISTICS, "activations");
    private static final String USAGE =
            "usage: statistics INPUT FILE [MODEL], or activations INPUT FOLDER [MODEL [POINT…]]";

    private SparkMain() {}

    /**
     * Does one job and ends.
     *
     * @param args as said above
     */
    public static void main(String[] args) {
        SparkSession spark = SparkSession.builder().appName("residual4j").getOrCreate();
        int exitCode = run(spark, List.of(args), System.out, System.err);
        spark.stop();
        System.exit(exitCode);
    }

    static int run(SparkSession spark, List<String> args, PrintStream out, PrintStream err) {
        try {
            if (args.size() < 3) {
                throw new BadRequestException(USAGE + "; given: " + args);
            }
            if (!JOBS.contains(args.get(0))) {
                throw new BadRequestException("\"" + args.get(0) + "\" is no job; " + USAGE);
            }
            String model = args.size() > 3 ? args.get(3) : "embedded";
            SparkCorpus corpus = SparkCorpus.of(spark.read().textFile(args.get(1)), model);
            if (args.get(0).equals(STATISTICS)) {
                StreamStatistics statistics = corpus.statistics();
                statistics.save(Path.of(args.get(2)));
                out.println(statistics);
            } else {
                String[] points = args.stream().skip(4).toArray(String[]::new);
                corpus.activations(points).write().parquet(args.get(2));
            }
            return 0;
        } catch (ResidualException e) {
            err.println("residual4j: " + e.getMessage());
            return 1;
        }
    }
}
