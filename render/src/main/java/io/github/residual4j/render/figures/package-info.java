/**
 * A figure for each question asked of a residual stream.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.render.figures;

import org.jspecify.annotations.NullMarked;
