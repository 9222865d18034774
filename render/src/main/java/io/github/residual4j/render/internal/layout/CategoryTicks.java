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
    private static final double LONGEST_SHARE = 0.38;
    private static final Style STYLE = Style.TICK;

    private final List<String> full;
    private final List<String> shown;
    private final Lettering lettering;
    private boolean turned;
    private double longest;

    CategoryTicks(List<String> labels, Lettering lettering) {
        full = labels;
        shown = labels.stream().map(l -> lettering.visible(l, STYLE)).toList();
        this.lettering = lettering;
    }

    /** How far the names reach below a horizontal axis of about this length. */
    double depthBelow(double axisLength, double panelHeight) {
        if (shown.isEmpty()) {
            return 0;
        }
        double slot = axisLength / shown.size();
        double widest = widest();
        double line = lettering.height(STYLE);
        turned = widest + 2 * PAD > slot && widest > 3 * line;
        if (!turned) {
            return TICK + PAD + line;
        }
        longest = Math.min(widest, panelHeight * LONGEST_SHARE);
        return TICK + PAD + longest;
    }

    /** How far the names reach to the left of a vertical axis. */
    double depthLeft(double panelWidth) {
        if (shown.isEmpty()) {
            return 0;
        }
        longest = Math.min(widest(), panelWidth * LONGEST_SHARE);
        return TICK + PAD + longest;
    }

    private double widest() {
        return shown.stream().mapToDouble(l -> lettering.width(l, STYLE)).max().orElse(0);
    }

    /** Names under a plot. */
    void placeBelow(Rectangle2D plot, SceneBuilder scene) {
        if (shown.isEmpty()) {
            return;
        }
        double slot = plot.getWidth() / shown.size();
        double line = lettering.height(STYLE);
        double needed = turned ? line : Math.min(widest(), 3 * line) + 2 * PAD;
        int step = step(needed / slot);
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
        if (shown.isEmpty()) {
            return;
        }
        double slot = plot.getHeight() / shown.size();
        int step = step(lettering.height(STYLE) / slot);
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
