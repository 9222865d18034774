/**
 * What figures are made of: heatmaps, charts and their parts, and how they look. Immutable descriptions.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.render.panel;

import org.jspecify.annotations.NullMarked;
