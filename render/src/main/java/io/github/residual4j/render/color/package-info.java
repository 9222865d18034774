/**
 * From a value to a colour, in two steps: a {@link io.github.residual4j.render.color.Norm} says which values the ends
 * stand for and how those between are spaced, a {@link io.github.residual4j.render.color.Colormap} of 256 colours which
 * colour that is. A value beyond an end has the end's colour; figures tell how many do.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.render.color;

import org.jspecify.annotations.NullMarked;
