/** Gives everything in a figure its place: from a description to a {@link io.github.residual4j.render.internal.layout.Scene}. */
@NullMarked
package io.github.residual4j.render.internal.layout;

import org.jspecify.annotations.NullMarked;
