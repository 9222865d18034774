/**
 * The front door: a session of captured activations and the analyzer that measures it.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j;

import org.jspecify.annotations.NullMarked;
