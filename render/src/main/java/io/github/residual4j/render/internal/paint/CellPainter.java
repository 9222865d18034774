package io.github.residual4j.render.internal.paint;

import io.github.residual4j.render.internal.layout.Scene;
import java.awt.Graphics2D;

/** How a matrix of cells gets onto graphics. */
interface CellPainter {
    void paint(Scene.Cells cells, Graphics2D graphics);

    void paint(Scene.Shades shades, Graphics2D graphics);
}
