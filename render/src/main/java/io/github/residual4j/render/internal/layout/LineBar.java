package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.internal.layout.SceneBuilder.Align;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/**
 * The names of many lines beside a bar of their colours, right of a chart, in place of a legend: for lines in an order of
 * their own, such as tokens, whose colours follow a colormap. Names that do not fit are thinned out.
 */
final class LineBar {
    /** This many names a legend can tell apart. */
    private static final int MOST_IN_LEGEND = 10;

    private static final double GAP = 16;
    private static final double BAR = 14;
    private static final double PAD = 6;

    /** A name takes at most this many line heights across. */
    private static final double LONGEST = 7;

    private static final Style STYLE = Style.TICK;

    private final List<Series> names = new ArrayList<>();
    private final List<Ink> inks = new ArrayList<>();
    private final Lettering lettering;

    private LineBar(List<Mark> marks, Lettering lettering) {
        this.lettering = lettering;
        for (Mark mark : marks) {
            if (mark instanceof Mark.Line line && line.ink() instanceof Ink.Mapped) {
                add(line.y(), line.ink());
            } else if (mark instanceof Mark.Trajectory trajectory && trajectory.ink() instanceof Ink.Mapped) {
                add(trajectory.y(), trajectory.ink());
            }
        }
    }

    private void add(Series series, Ink ink) {
        if (!series.name().isBlank()) {
            names.add(series);
            inks.add(ink);
        }
    }

    /** One that shows nothing where the lines are few or not in an order of colours. */
    static LineBar of(List<Mark> marks, Lettering lettering) {
        return new LineBar(marks, lettering);
    }

    boolean isShown() {
        return names.size() > MOST_IN_LEGEND;
    }

    /** How much room it takes right of the plot. */
    double width() {
        double widest = 0;
        for (Series name : names) {
            widest = Math.max(widest, lettering.width(lettering.visible(name.name(), STYLE), STYLE));
        }
        return isShown() ? GAP + BAR + PAD + Math.min(widest, longest()) : 0;
    }

    private double longest() {
        return LONGEST * lettering.height(STYLE);
    }

    /** The first line at the top. */
    void place(Rectangle2D plot, SceneBuilder scene) {
        if (!isShown()) {
            return;
        }
        int[] colors = new int[names.size()];
        for (int i = 0; i < colors.length; i++) {
            colors[i] = Inks.color(inks.get(i), scene.theme()).getRGB();
        }
        double x = Math.round(plot.getMaxX() + GAP);
        scene.add(new Scene.Cells(
                new Rectangle2D.Double(x, plot.getY(), BAR, plot.getHeight()),
                new CellColors(colors.length, 1, colors),
                0));
        double slot = plot.getHeight() / names.size();
        int step = Math.max(1, (int) Math.ceil(lettering.height(STYLE) / slot));
        for (int i = 0; i < names.size(); i += step) {
            String full = names.get(i).name();
            scene.text(
                    lettering.fit(lettering.visible(full, STYLE), STYLE, longest()),
                    full,
                    STYLE,
                    scene.theme().muted(),
                    x + BAR + PAD,
                    plot.getY() + (i + 0.5) * slot,
                    Align.START,
                    Align.MIDDLE);
        }
    }
}
