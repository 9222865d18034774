/**
 * Offers what a {@link io.github.residual4j.StreamRecorder} counts to Micrometer, which the service that uses it brings
 * along.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.micrometer;

import org.jspecify.annotations.NullMarked;
