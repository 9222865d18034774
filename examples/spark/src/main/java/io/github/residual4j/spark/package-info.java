/**
 * Runs a model over a corpus by the executors of Apache Spark: merged statistics, or a dataset of states.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.spark;

import org.jspecify.annotations.NullMarked;
