/**
 * Runs a model over a corpus by the executors of Apache Spark: merged statistics, or a dataset of states.
 *
 * <p>To a cluster goes this module's jar, with the jars that it needs and that Spark does not have named by {@code --jars}:
 * core, capture, ONNX Runtime, the tokenizers, the ONNX classes, EJML and the quantile sketch.
 *
 * <pre>
 * spark-submit --master spark://HOST:7077 --class io.github.residual4j.spark.SparkMain \
 *     --jars residual4j-core.jar,residual4j-capture.jar,… --archives gpt2.zip#gpt2 \
 *     residual4j-spark.jar statistics hdfs:///texts statistics.npz gpt2
 * </pre>
 *
 * <p>{@code spark-submit} itself opens the packages that Spark needs on JDK 17 and later; a program that makes its own
 * {@code SparkSession} is started with the same flags, as the property {@code spark.jvm.args} of this module's POM has
 * them.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.spark;

import org.jspecify.annotations.NullMarked;
