package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.panel.Mark;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** The shapes at points. */
final class Symbols {
    /** Half the width of a symbol in a line. */
    static final double SIZE = 3.4;

    private Symbols() {}

    static Shape at(Mark.Symbol symbol, double x, double y, double r) {
        return switch (symbol) {
            case NONE -> new Path2D.Double();
            case CIRCLE -> new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r);
            case SQUARE -> new Rectangle2D.Double(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
            case UP -> polygon(x - 1.2 * r, y + r, x + 1.2 * r, y + r, x, y - 1.2 * r);
            case DOWN -> polygon(x - 1.2 * r, y - r, x + 1.2 * r, y - r, x, y + 1.2 * r);
            case DIAMOND -> polygon(x - r, y, x, y - 1.3 * r, x + r, y, x, y + 1.3 * r);
        };
    }

    private static Path2D polygon(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        path.closePath();
        return path;
    }
}
