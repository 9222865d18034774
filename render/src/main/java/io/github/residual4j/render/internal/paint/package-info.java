/** Draws a scene with Java2D. */
@NullMarked
package io.github.residual4j.render.internal.paint;

import org.jspecify.annotations.NullMarked;
