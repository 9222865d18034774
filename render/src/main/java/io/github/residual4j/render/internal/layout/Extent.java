package io.github.residual4j.render.internal.layout;

/** How wide and high something is, in pixels. */
record Extent(double width, double height) {}
