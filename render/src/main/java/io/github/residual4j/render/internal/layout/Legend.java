package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.Ink;
import io.github.residual4j.render.Mark;
import io.github.residual4j.render.Series;
import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.internal.layout.SceneBuilder.Align;
import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** The names of a chart's marks, in lines between its title and its plot, so that it covers no data. */
final class Legend {
    private static final Style STYLE = Style.TICK;
    private static final double KEY = 20;
    private static final double PAD = 6;
    private static final double GAP = 16;

    /** One name and how it is drawn. */
    private record Entry(String name, Ink ink, Mark.Symbol symbol, boolean area) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Lettering lettering;

    Legend(List<Mark> marks, Lettering lettering) {
        this.lettering = lettering;
        for (Mark mark : marks) {
            if (mark instanceof Mark.Line line) {
                add(line.y(), line.ink(), line.symbol(), false);
            } else if (mark instanceof Mark.StackedBars bars) {
                for (int i = 0; i < bars.parts().size(); i++) {
                    add(bars.parts().get(i), bars.inks().get(i), Mark.Symbol.NONE, true);
                }
            }
        }
    }

    private void add(Series series, Ink ink, Mark.Symbol symbol, boolean area) {
        if (!series.name().isBlank()) {
            entries.add(new Entry(series.name(), ink, symbol, area));
        }
    }

    /** How high it gets in this much room. */
    double height(double width) {
        int lines = 0;
        double x = width + 1;
        for (Entry entry : entries) {
            double needed = width(entry, width);
            if (x + needed > width) {
                lines++;
                x = 0;
            }
            x += needed + GAP;
        }
        return lines * lettering.height(STYLE);
    }

    private double width(Entry entry, double room) {
        return KEY + PAD + lettering.width(name(entry, room), STYLE);
    }

    private String name(Entry entry, double room) {
        return lettering.fit(lettering.visible(entry.name, STYLE), STYLE, Math.max(0, room - KEY - PAD));
    }

    void place(Rectangle2D area, SceneBuilder scene) {
        double line = lettering.height(STYLE);
        double x = area.getX();
        double y = area.getY() - line;
        boolean first = true;
        for (Entry entry : entries) {
            double needed = width(entry, area.getWidth());
            if (first || x + needed > area.getMaxX()) {
                x = area.getX();
                y += line;
                first = false;
            }
            placeKey(entry, x, y + line / 2, scene);
            scene.text(
                    name(entry, area.getWidth()),
                    entry.name,
                    STYLE,
                    scene.theme().muted(),
                    x + KEY + PAD,
                    y,
                    Align.START,
                    Align.START);
            x += needed + GAP;
        }
    }

    private static void placeKey(Entry entry, double x, double y, SceneBuilder scene) {
        Color color = MarkItems.color(entry.ink, scene.theme());
        if (entry.area) {
            scene.fill(new Rectangle2D.Double(x + 4, y - 5, 12, 10), color);
        } else {
            scene.add(new Scene.Line(new Line2D.Double(x, y, x + KEY, y), color, MarkItems.LINE));
            MarkItems.symbol(entry.symbol, x + KEY / 2, y, color, scene);
        }
    }
}
