package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.internal.layout.SceneBuilder.Align;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/**
 * The names of a chart's marks, in at most three lines between its title and its plot, so that it covers no data; names
 * that do not fit there are counted.
 */
final class Legend {
    private static final Style STYLE = Style.TICK;
    private static final double PAD = 6;
    private static final double GAP = 18;
    private static final int MOST_LINES = 3;
    private static final double LONGEST_NAME_SHARE = 0.45;

    /** What stands before a name, and how wide it is. */
    private enum Key {
        LINE(22),
        POINT(10),
        AREA(12);

        private final double width;

        Key(double width) {
            this.width = width;
        }
    }

    /** One name and how it is drawn. */
    private record Entry(String name, Ink ink, Mark.Symbol symbol, Key key) {}

    /** A name at its place. */
    private record Placed(Entry entry, String shown, double x, int line) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Lettering lettering;
    private List<Placed> placed = List.of();
    private int lines;
    private int leftOut;
    private double endOfLast;
    private double measured;

    Legend(List<Mark> marks, Lettering lettering) {
        this.lettering = lettering;
        for (Mark mark : marks) {
            if (mark instanceof Mark.Line line) {
                add(line.y(), line.ink(), line.symbol(), Key.LINE);
            } else if (mark instanceof Mark.Scatter scatter) {
                add(scatter.y(), scatter.ink(), scatter.symbol(), Key.POINT);
            } else if (mark instanceof Mark.Trajectory trajectory) {
                add(trajectory.y(), trajectory.ink(), Mark.Symbol.DIAMOND, Key.LINE);
            } else if (mark instanceof Mark.Band band) {
                add(band.high(), band.ink(), Mark.Symbol.NONE, Key.AREA);
            } else if (mark instanceof Mark.Histogram histogram) {
                add(histogram.counts(), histogram.ink(), Mark.Symbol.NONE, Key.AREA);
            } else if (mark instanceof Mark.StackedBars bars) {
                for (int i = 0; i < bars.parts().size(); i++) {
                    add(bars.parts().get(i), bars.inks().get(i), Mark.Symbol.NONE, Key.AREA);
                }
            }
        }
    }

    private void add(Series series, Ink ink, Mark.Symbol symbol, Key key) {
        if (!series.name().isBlank()) {
            entries.add(new Entry(series.name(), ink, symbol, key));
        }
    }

    /** How high it gets in this much room. */
    double measure(double width) {
        List<Placed> newPlaced = new ArrayList<>();
        double room = Math.max(0, width * LONGEST_NAME_SHARE);
        double reserved = lettering.width("+ 000 more", STYLE);
        lines = entries.isEmpty() ? 0 : 1;
        leftOut = 0;
        double x = 0;
        for (Entry entry : entries) {
            String shown = lettering.fit(lettering.visible(entry.name, STYLE), STYLE, room);
            double needed = entry.key.width + PAD + lettering.width(shown, STYLE);
            if (x > 0 && x + needed > width - (lines == MOST_LINES ? reserved : 0)) {
                if (lines == MOST_LINES) {
                    leftOut = entries.size() - newPlaced.size();
                    break;
                }
                lines++;
                x = 0;
            }
            newPlaced.add(new Placed(entry, shown, x, lines - 1));
            x += needed + GAP;
        }
        endOfLast = x;
        measured = width;
        placed = newPlaced;
        return lines * lettering.height(STYLE);
    }

    /** Places what was measured. */
    void place(double x, double y, SceneBuilder scene) {
        double line = lettering.height(STYLE);
        for (Placed name : placed) {
            double left = x + name.x;
            double top = y + name.line * line;
            placeKey(name.entry, left, top + line / 2, scene);
            scene.text(
                    name.shown,
                    name.entry.name,
                    STYLE,
                    scene.theme().muted(),
                    left + name.entry.key.width + PAD,
                    top,
                    Align.START,
                    Align.START);
        }
        String more = "+ " + leftOut + " more";
        if (leftOut > 0 && endOfLast + lettering.width(more, STYLE) <= measured) {
            scene.text(
                    more,
                    more,
                    STYLE,
                    scene.theme().muted(),
                    x + endOfLast,
                    y + (lines - 1) * line,
                    Align.START,
                    Align.START);
        }
    }

    private static void placeKey(Entry entry, double x, double y, SceneBuilder scene) {
        Color color = Inks.color(entry.ink, scene.theme());
        double middle = x + entry.key.width / 2;
        switch (entry.key) {
            case AREA ->
                scene.fill(new Rectangle2D.Double(Math.round(x), Math.round(y) - 5, entry.key.width, 10), color);
            case POINT -> scene.fill(Symbols.at(entry.symbol, middle, y, Symbols.SIZE), color);
            case LINE -> {
                scene.add(new Scene.Line(
                        new Line2D.Double(x, y, x + entry.key.width, y), color, Inks.line(entry.ink, scene.theme())));
                scene.fill(Symbols.at(entry.symbol, middle, y, Symbols.SIZE), color);
            }
        }
    }
}
