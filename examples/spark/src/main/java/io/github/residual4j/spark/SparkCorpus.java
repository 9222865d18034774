package io.github.residual4j.spark;

import io.github.residual4j.StreamStatistics;
import io.github.residual4j.capture.corpus.StoreOptions;
import io.github.residual4j.capture.corpus.StoredType;
import io.github.residual4j.error.BadRequestException;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Texts of a Spark dataset, run by a model on the executors. Each executor's JVM opens the model once and its tasks share
 * it. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * SparkCorpus corpus = SparkCorpus.of(spark.read().textFile("hdfs:///texts"), "/shared/gpt2");
 * StreamStatistics statistics = corpus.statistics();
 * corpus.activations("blocks.3.resid_post").write().parquet("hdfs:///activations");
 * }</pre>
 */
public final class SparkCorpus {
    /** The columns of {@link #activations}. */
    public static final StructType SCHEMA = new StructType()
            .add("text_id", DataTypes.LongType, false)
            .add("position", DataTypes.IntegerType, false)
            .add("token_id", DataTypes.LongType, false)
            .add("token", DataTypes.StringType, false)
            .add("point", DataTypes.StringType, false)
            .add("values", DataTypes.createArrayType(DataTypes.FloatType, false), false);

    private final Dataset<String> texts;
    private final PartitionRun run;

    private SparkCorpus(Dataset<String> texts, PartitionRun run) {
        this.texts = texts;
        this.run = run;
    }

    /**
     * {@return texts to be run}
     *
     * @param texts the texts; blank ones are passed over
     * @param model {@code embedded}, {@code hf:owner/name}, a path that all machines share, or the name of what
     *     Spark distributed: a file by {@code --files}, a folder by {@code SparkContext.addFile(folder, true)} or zipped
     *     by {@code --archives gpt2.zip#gpt2}
     */
    public static SparkCorpus of(Dataset<String> texts, String model) {
        BadRequestException.requireGiven(texts, "dataset of texts");
        BadRequestException.requireGiven(model, "model's name");
        return new SparkCorpus(texts, new PartitionRun(model, 0, 0, false));
    }

    /**
     * {@return texts of a column to be run; rows without one are passed over}
     *
     * @param rows what has the column
     * @param column the column's name
     * @param model as for {@link #of(Dataset, String)}
     */
    public static SparkCorpus of(Dataset<Row> rows, String column, String model) {
        BadRequestException.requireGiven(rows, "dataset of rows");
        BadRequestException.requireGiven(column, "column's name");
        Dataset<Row> texts =
                rows.select(rows.col(column).cast(DataTypes.StringType).as("text"));
        return of(texts.na().drop().as(Encoders.STRING()), model);
    }

    /**
     * {@return the same in windows of some length, one after the other; the model's context without it}
     *
     * @param tokens the most tokens that are run together, at least 1
     */
    public SparkCorpus window(int tokens) {
        return window(tokens, tokens);
    }

    /**
     * {@return the same in windows that overlap; each token counts once, in the first window that holds it}
     *
     * @param tokens the most tokens that are run together, at least 1
     * @param stride by how many tokens each window of a text begins after the one before, from 1 to a window
     * @throws BadRequestException if either lies outside
     */
    public SparkCorpus window(int tokens, int stride) {
        if (tokens < 1) {
            throw new BadRequestException("A window holds at least 1 token, not " + tokens + ".");
        }
        if (stride < 1 || stride > tokens) {
            throw new BadRequestException("Windows of " + tokens + " tokens every " + stride
                    + " leave tokens out or never go on; the stride is 1 to " + tokens + ".");
        }
        return new SparkCorpus(texts, new PartitionRun(run.model(), tokens, stride, run.firstLeftOut()));
    }

    /** {@return the same with statistics without the first position of each window} */
    public SparkCorpus withoutFirstPosition() {
        return new SparkCorpus(texts, new PartitionRun(run.model(), run.window(), run.stride(), true));
    }

    /**
     * Runs the texts and merges the statistics of all partitions, in a tree on the executors.
     *
     * @return statistics of values, norms, dimensions, cosines and CKA, of whole texts or their windows
     * @throws BadRequestException if there is no text
     */
    public StreamStatistics statistics() {
        PartitionRun own = run;
        JavaRDD<byte[]> partitions = texts.mapPartitions(
                        (MapPartitionsFunction<String, byte[]>) own::statistics, Encoders.BINARY())
                .javaRDD();
        Function2<byte[], byte[], byte[]> merge = SparkCorpus::merged;
        byte[] all = partitions.treeAggregate(new byte[0], merge, merge);
        if (all.length == 0) {
            throw new BadRequestException("The dataset holds no text; give one that does.");
        }
        return StreamStatistics.fromBytes(all);
    }

    private static byte[] merged(byte[] a, byte[] b) {
        if (a.length == 0 || b.length == 0) {
            return a.length == 0 ? b : a;
        }
        return StreamStatistics.fromBytes(a)
                .merge(StreamStatistics.fromBytes(b))
                .toBytes();
    }

    /**
     * {@return the values of every token, a row for each point, with the columns of {@link #SCHEMA}} A text's id is its
     * place in the dataset, counted from 0, so the dataset must give its texts in the same order whenever it is read.
     *
     * @param points the names of points, of the stream or not, as for {@link StoreOptions#at}; none for the whole
     *     stream
     * @throws BadRequestException if no hook point is called that, or it has no row for each token
     */
    public Dataset<Row> activations(String... points) {
        BadRequestException.requireGiven(points, "list of names");
        if (points.length > 0) {
            StoreOptions.of(StoredType.F32).at(points); // which refuses what has no rows
        }
        List<String> names = List.of(points);
        PartitionRun own = run;
        JavaRDD<Row> rows = texts.javaRDD()
                .zipWithIndex()
                .map(pair -> pair)
                .mapPartitions(numbered -> own.activations(numbered, names));
        return texts.sparkSession().createDataFrame(rows, SCHEMA);
    }
}
