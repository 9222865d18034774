package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Theme;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;

/** What a theme makes of an ink. */
final class Inks {
    /** Where a colormap that begins with the colour of the background can be seen on it. */
    private static final double VISIBLE_FROM = 0.3;

    private static final float LINE_WIDTH = 2;

    private Inks() {}

    static Color color(Ink ink, Theme theme) {
        if (ink instanceof Ink.Palette palette) {
            return theme.palette().get(palette.number() % theme.palette().size());
        }
        if (ink instanceof Ink.Mapped mapped) {
            boolean shift = theme.colormap().isPresent() || theme.isDark();
            double unit = shift ? VISIBLE_FROM + (1 - VISIBLE_FROM) * mapped.unit() : mapped.unit();
            return new Color(theme.colormap().orElse(mapped.colormap()).rgb(unit));
        }
        return theme.text();
    }

    static BasicStroke line(Ink ink, Theme theme) {
        if (ink instanceof Ink.Palette palette && !theme.dashes().isEmpty()) {
            List<Float> dash =
                    theme.dashes().get(palette.number() % theme.dashes().size());
            if (!dash.isEmpty()) {
                float[] lengths = new float[dash.size()];
                for (int i = 0; i < lengths.length; i++) {
                    lengths[i] = dash.get(i);
                }
                return new BasicStroke(LINE_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, lengths, 0);
            }
        }
        return new BasicStroke(LINE_WIDTH, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }
}
