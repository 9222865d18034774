package io.github.residual4j.render.panel;

import io.github.residual4j.render.Figure;

/** One set of axes in a {@link Figure}. Immutable. */
public sealed interface Panel permits Heatmap, Chart {
    /** {@return what stands above the panel; empty for none} */
    String title();
}
