package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.internal.layout.SceneBuilder.Align;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * Names along an axis at evenly spaced places. Names that do not fit are turned, shortened in the middle, and thinned
 * out to every second, fifth, tenth, … so that no two overlap.
 */
final class CategoryTicks {
    private static final double TICK = 4;
    private static final double PAD = 4;

    /** Turned names under a plot take at most this share of a panel's height. */
    private static final double LONGEST_SHARE = 0.48;

    /** Names beside a plot take at most this share of a panel's width. */
    private static final double LONGEST_SHARE_ACROSS = 0.38;

    /** Names take at most this many line heights under and beside a plot: enough for every point of a model. */
    private static final double LONGEST = 13;

    private static final double LONGEST_ACROSS = 26;

    /** Names of up to this many line heights are never turned. */
    private static final double SHORT = 3;

    /** Where each name has this many line heights, it is shortened rather than turned. */
    private static final double ROOMY = 8;

    private static final Style STYLE = Style.TICK;

    private final List<String> full;
    private final List<String> shown;
    private final Lettering lettering;
    private final double widest;
    private final double line;
    private boolean turned;
    private double longest;

    CategoryTicks(List<String> labels, Lettering lettering) {
        this.lettering = lettering;
        full = labels;
        shown = labels.stream()
                .map(l -> lettering.visible(PointNames.shortened(l), STYLE))
                .toList();
        widest = lettering.widest(shown, STYLE);
        line = lettering.height(STYLE);
    }

    /** How far the names reach below a horizontal axis of about this length. */
    double depthBelow(double axisLength, double panelHeight) {
        if (shown.isEmpty()) {
            return 0;
        }
        double slot = axisLength / shown.size();
        turned = widest + PAD > slot && widest > SHORT * line && slot < ROOMY * line;
        double widestShown = turned ? widest(step(line / slot)) : 0;
        longest = turned ? Math.min(Math.min(widestShown, panelHeight * LONGEST_SHARE), LONGEST * line) : line;
        return TICK + PAD + longest;
    }

    /** How far the outermost names may reach beyond the ends of a horizontal axis. */
    double overhang(double axisLength) {
        if (shown.isEmpty()) {
            return 0;
        }
        double across = turned ? line : Math.min(widest, SHORT * line);
        return Math.max(0, (across - axisLength / shown.size()) / 2);
    }

    /** How far the names reach to the left of a vertical axis of about this length. */
    double depthLeft(double axisLength, double panelWidth) {
        if (shown.isEmpty()) {
            return 0;
        }
        double widestShown = widest(step(line * shown.size() / axisLength));
        longest = Math.min(Math.min(widestShown, panelWidth * LONGEST_SHARE_ACROSS), LONGEST_ACROSS * line);
        return TICK + PAD + longest;
    }

    /** How wide the widest of every so many names is: those between are not there and need no room. */
    private double widest(int step) {
        double width = 0;
        for (int i = 0; i < shown.size(); i += step) {
            width = Math.max(width, lettering.width(shown.get(i), STYLE));
        }
        return width;
    }

    /** Names under a plot. */
    void placeBelow(Rectangle2D plot, SceneBuilder scene) {
        double slot = plot.getWidth() / shown.size();
        int step = step((turned ? line : Math.min(widest, SHORT * line) + PAD) / slot);
        double room = turned ? longest : Math.max(step * slot - PAD, 0);
        Color color = scene.theme().muted();
        for (int i = 0; i < shown.size(); i += step) {
            double x = plot.getX() + (i + 0.5) * slot;
            double y = plot.getMaxY();
            scene.hairline(x, y, x, y + TICK, scene.theme().frame());
            String label = lettering.fit(shown.get(i), STYLE, room);
            if (turned) {
                scene.upright(label, full.get(i), STYLE, color, x, y + TICK + PAD, Align.END, Align.MIDDLE);
            } else {
                scene.text(label, full.get(i), STYLE, color, x, y + TICK + PAD, Align.MIDDLE, Align.START);
            }
        }
    }

    /** Names to the left of a plot. */
    void placeLeft(Rectangle2D plot, SceneBuilder scene) {
        double slot = plot.getHeight() / shown.size();
        int step = step(line / slot);
        for (int i = 0; i < shown.size(); i += step) {
            double y = plot.getY() + (i + 0.5) * slot;
            scene.hairline(plot.getX() - TICK, y, plot.getX(), y, scene.theme().frame());
            scene.text(
                    lettering.fit(shown.get(i), STYLE, longest),
                    full.get(i),
                    STYLE,
                    scene.theme().muted(),
                    plot.getX() - TICK - PAD,
                    y,
                    Align.END,
                    Align.MIDDLE);
        }
    }

    /** The smallest of 1, 2, 5, 10, 20, 50, … that is not below a number. */
    private static int step(double atLeast) {
        int step = 1;
        for (int digit = 0; step < atLeast && step < 1_000_000_000; digit++) {
            step = digit % 3 == 1 ? step / 2 * 5 : step * 2;
        }
        return step;
    }
}
