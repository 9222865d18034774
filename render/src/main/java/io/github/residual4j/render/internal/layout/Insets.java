package io.github.residual4j.render.internal.layout;

/** What a panel needs around its plot, in pixels. */
record Insets(double top, double right, double bottom, double left) {
    Insets max(Insets other) {
        return new Insets(
                Math.max(top, other.top),
                Math.max(right, other.right),
                Math.max(bottom, other.bottom),
                Math.max(left, other.left));
    }
}
