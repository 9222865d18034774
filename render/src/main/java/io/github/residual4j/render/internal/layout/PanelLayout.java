package io.github.residual4j.render.internal.layout;

import java.awt.geom.Rectangle2D;

/** The layout of one panel, in two steps, so that the plots of a figure's rows and columns can be aligned. */
interface PanelLayout {
    /**
     * What the panel needs around its plot. Ticks are chosen here, so that {@link #place} finds what was measured.
     *
     * @param outer all the room of the panel
     * @param plot about how much of it the plot will get
     */
    Insets measure(Extent outer, Extent plot);

    /**
     * Places everything.
     *
     * @param plot where the data go
     * @param outer all the room of the panel
     */
    void place(Rectangle2D plot, Rectangle2D outer, SceneBuilder scene);
}
