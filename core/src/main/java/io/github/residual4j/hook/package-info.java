/**
 * The names everybody shares: hook points and their keys, the points of the residual stream, positions and tokens of a
 * text, and the arrays captured there.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.hook;

import org.jspecify.annotations.NullMarked;
