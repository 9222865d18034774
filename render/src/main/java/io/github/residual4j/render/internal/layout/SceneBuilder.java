package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.panel.Theme;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** Collects the items of a scene. */
final class SceneBuilder {
    /** Where a text stands relative to its anchor, across and along. */
    enum Align {
        START(0),
        MIDDLE(0.5),
        END(1);

        private final double share;

        Align(double share) {
            this.share = share;
        }
    }

    private static final BasicStroke HAIRLINE = new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER);

    private final List<Scene.Item> items = new ArrayList<>();
    private final Theme theme;
    private final Lettering lettering;

    SceneBuilder(Theme theme, Lettering lettering) {
        this.theme = theme;
        this.lettering = lettering;
    }

    Theme theme() {
        return theme;
    }

    Lettering lettering() {
        return lettering;
    }

    void add(Scene.Item item) {
        items.add(item);
    }

    void fill(Shape shape, Color color) {
        items.add(new Scene.Fill(shape, color));
    }

    /** A crisp line of one pixel, which must be horizontal or vertical. */
    void hairline(double x1, double y1, double x2, double y2, Color color) {
        items.add(new Scene.Line(new Line2D.Double(crisp(x1), crisp(y1), crisp(x2), crisp(y2)), color, HAIRLINE));
    }

    /** A crisp frame of one pixel that covers nothing of the area. */
    void frameAround(Rectangle2D area, Color color) {
        double left = Math.round(area.getX()) - 0.5;
        double top = Math.round(area.getY()) - 0.5;
        Rectangle2D frame = new Rectangle2D.Double(
                left, top, Math.round(area.getMaxX()) + 0.5 - left, Math.round(area.getMaxY()) + 0.5 - top);
        items.add(new Scene.Line(frame, color, HAIRLINE));
    }

    private static double crisp(double at) {
        return Math.floor(at) + 0.5;
    }

    /** A horizontal text; {@code y} is its upper edge, middle or lower edge. */
    void text(String text, String full, Style style, Color color, double x, double y, Align across, Align down) {
        put(text, full, style, color, x, y, across, down, 0);
    }

    /** A text that reads upwards; {@code x} is its left edge, middle or right edge, {@code y} where it starts, centres or ends. */
    void upright(String text, String full, Style style, Color color, double x, double y, Align along, Align across) {
        put(text, full, style, color, x, y, along, across, -Math.PI / 2);
    }

    private void put(
            String text,
            String full,
            Style style,
            Color color,
            double x,
            double y,
            Align along,
            Align across,
            double angle) {
        if (text.isBlank()) {
            return;
        }
        Rectangle2D box = lettering.box(text, style);
        double alongShift = -along.share * box.getWidth();
        double acrossShift = -box.getY() - across.share * box.getHeight();
        AffineTransform place = AffineTransform.getTranslateInstance(x, y);
        place.rotate(angle);
        place.translate(alongShift, acrossShift);
        Rectangle2D bounds = place.createTransformedShape(box).getBounds2D();
        items.add(new Scene.Text(
                text, full, lettering.font(style), color, place.getTranslateX(), place.getTranslateY(), angle, bounds));
    }

    List<Scene.Item> items() {
        return items;
    }
}
