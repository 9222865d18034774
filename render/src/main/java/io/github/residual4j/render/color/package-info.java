/** From a value to a colour: {@link io.github.residual4j.render.color.Norm} and {@link io.github.residual4j.render.color.Colormap}. */
@NullMarked
package io.github.residual4j.render.color;

import org.jspecify.annotations.NullMarked;
