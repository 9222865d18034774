package io.github.residual4j.render.internal.layout;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * A figure in which everything has its place, in pixels at scale 1 from the upper left.
 *
 * @param items what is drawn, the lowest first
 */
public record Scene(double width, double height, Color background, List<Item> items) {
    /** One thing to draw. */
    public sealed interface Item {}

    /**
     * A line of text.
     *
     * @param text as drawn
     * @param full as it was before it was shortened or made visible
     * @param x where its baseline begins
     * @param y where its baseline begins
     * @param angle how far the baseline is turned clockwise, in radians
     * @param bounds what it covers, after turning
     */
    public record Text(
            String text, String full, Font font, Color color, double x, double y, double angle, Rectangle2D bounds)
            implements Item {}

    /** A filled shape. */
    public record Fill(Shape shape, Color color) implements Item {}

    /** A drawn outline. */
    public record Line(Shape shape, Color color, BasicStroke stroke) implements Item {}

    /** A matrix of coloured cells. */
    public record Cells(Rectangle2D area, CellColors colors, double gap) implements Item {}

    /** A matrix of colours, one for each pixel at scale 1, which shade into each other. */
    public record Shades(Rectangle2D area, CellColors colors) implements Item {}

    /** Items of which only what lies inside an area is drawn. */
    public record Clip(Rectangle2D area, List<Item> items) implements Item {}
}
