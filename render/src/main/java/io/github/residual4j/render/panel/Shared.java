package io.github.residual4j.render.panel;

import io.github.residual4j.render.Figure;

/** What the panels of a {@link Figure} have in common. */
public enum Shared {
    /** The charts of a column have one range and one set of names under the lowest panel. */
    X_AXIS,
    /** The charts of a row have one range and one set of names left of the first panel. */
    Y_AXIS,
    /** The heatmaps of a row, which must have the same colours and norm, have one colour bar right of the last. */
    COLOR_BAR
}
