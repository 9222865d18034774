package io.github.residual4j.render.internal.layout;

/** How wide and high something is, in pixels. */
record Extent(double width, double height) {
    Extent without(Insets insets) {
        return new Extent(width - insets.left() - insets.right(), height - insets.top() - insets.bottom());
    }
}
