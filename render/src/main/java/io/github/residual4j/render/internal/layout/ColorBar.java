package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.internal.layout.SceneBuilder.Align;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/**
 * The bar right of a heatmap that explains its colours. Where values lie beyond its ends it is pointed there, and it
 * says how many they are.
 */
final class ColorBar {
    private static final double GAP = 16;
    private static final double BAR = 14;
    private static final double POINT = 10;
    private static final double TICK = 4;
    private static final double PAD = 4;
    private static final BasicStroke OUTLINE = new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);

    private final Colormap colormap;
    private final Norm norm;
    private final String label;
    private final Beyond beyond;
    private final double noteRoom;
    private final Lettering lettering;
    private NumberTicks ticks;

    ColorBar(Colormap colormap, Norm norm, String label, Beyond beyond, double noteRoom, Lettering lettering) {
        this.colormap = colormap;
        this.norm = norm;
        this.label = label;
        this.beyond = beyond;
        this.noteRoom = noteRoom;
        this.lettering = lettering;
        ticks = NumberTicks.of(norm, 0);
    }

    /** How much of its width says how many values lie beyond the ends. */
    static double noteRoom(Lettering lettering) {
        return PAD + lettering.height(Style.NOTE);
    }

    /** How much room it takes beside a plot of a height. */
    double measure(double plotHeight) {
        ticks = NumberTicks.of(norm, (int) (plotHeight / (3 * lettering.height(Style.TICK))));
        double width = GAP + BAR + TICK + PAD + ticks.widest(lettering);
        if (!label.isBlank()) {
            width += PAD + lettering.height(Style.LABEL);
        }
        return width + (beyond.toString().isEmpty() ? noteRoom : noteRoom(lettering));
    }

    void place(Rectangle2D plot, SceneBuilder scene) {
        double x = Math.round(plot.getMaxX() + GAP);
        double top = plot.getY() + (beyond.above() > 0 ? POINT : 0);
        double bottom = plot.getMaxY() - (beyond.below() > 0 ? POINT : 0);
        int[] colors = new int[Colormap.SIZE];
        for (int i = 0; i < colors.length; i++) {
            colors[i] = 0xff000000 | colormap.rgb(Colormap.SIZE - 1 - i);
        }
        scene.add(new Scene.Cells(
                new Rectangle2D.Double(x, top, BAR, Math.max(1, bottom - top)),
                new CellColors(Colormap.SIZE, 1, colors),
                0));
        if (beyond.above() > 0) {
            scene.fill(point(x, top, top - POINT), new Color(colormap.rgb(Colormap.SIZE - 1)));
        }
        if (beyond.below() > 0) {
            scene.fill(point(x, bottom, bottom + POINT), new Color(colormap.rgb(0)));
        }
        scene.frameAround(
                new Rectangle2D.Double(x, top, BAR, Math.max(1, bottom - top)),
                scene.theme().frame());
        if (beyond.above() > 0) {
            scene.add(new Scene.Line(sides(x, top, top - POINT), scene.theme().frame(), OUTLINE));
        }
        if (beyond.below() > 0) {
            scene.add(new Scene.Line(
                    sides(x, bottom, bottom + POINT), scene.theme().frame(), OUTLINE));
        }
        double right = placeTicks(x + BAR, top, bottom, scene);
        placeLabels(right, plot, scene);
    }

    private static Path2D point(double x, double base, double tip) {
        Path2D path = new Path2D.Double();
        path.moveTo(x, base);
        path.lineTo(x + BAR, base);
        path.lineTo(x + BAR / 2, tip);
        path.closePath();
        return path;
    }

    /** The outline of a point, which is seen where its colour is that of the background. */
    private static Path2D sides(double x, double base, double tip) {
        Path2D path = new Path2D.Double();
        path.moveTo(x - 0.5, base);
        path.lineTo(x + BAR / 2, tip);
        path.lineTo(x + BAR + 0.5, base);
        return path;
    }

    private double placeTicks(double x, double top, double bottom, SceneBuilder scene) {
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ticks.values().size(); i++) {
            double y = bottom + norm.unit(ticks.values().get(i)) * (top - bottom);
            if (before - y < lettering.height(Style.TICK)) {
                continue; // a short bar, of which its points took some more
            }
            before = y;
            double crisp = Math.min(y, bottom - 1);
            String text = ticks.labels().get(i);
            scene.hairline(x, crisp, x + TICK, crisp, scene.theme().frame());
            scene.text(text, text, Style.TICK, scene.theme().muted(), x + TICK + PAD, y, Align.START, Align.MIDDLE);
        }
        return x + TICK + PAD + ticks.widest(lettering);
    }

    private void placeLabels(double x, Rectangle2D plot, SceneBuilder scene) {
        double room = plot.getHeight();
        double next = x + PAD;
        String factor = ticks.factor();
        String whole = factor.isEmpty() ? label : label + " (" + factor + ")";
        if (!label.isBlank()) {
            String fitted = lettering.fit(lettering.visible(whole, Style.LABEL), Style.LABEL, room);
            scene.upright(
                    fitted,
                    whole,
                    Style.LABEL,
                    scene.theme().text(),
                    next,
                    plot.getCenterY(),
                    Align.MIDDLE,
                    Align.START);
            next += lettering.height(Style.LABEL) + PAD;
        }
        String note = beyond.toString();
        String fitted = lettering.fit(note, Style.NOTE, room);
        scene.upright(
                fitted, note, Style.NOTE, scene.theme().muted(), next, plot.getCenterY(), Align.MIDDLE, Align.START);
    }
}
