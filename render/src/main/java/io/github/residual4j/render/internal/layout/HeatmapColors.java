package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Theme;

/** Gives every value of a heatmap its colour. */
final class HeatmapColors {
    private static final int OPAQUE = 0xff000000;

    private final Heatmap heatmap;
    private final Theme theme;
    private final Colormap colormap;

    HeatmapColors(Heatmap heatmap, Theme theme) {
        this.heatmap = heatmap;
        this.theme = theme;
        Colormap asked = heatmap.colormap();
        colormap = theme.colormap().orElse(theme.isDark() ? asked.onDark() : asked);
    }

    Colormap colormap() {
        return colormap;
    }

    Beyond beyond() {
        Norm norm = heatmap.norm();
        int below = 0;
        int above = 0;
        int missing = 0;
        for (int i = 0; i < heatmap.count(); i++) {
            double value = value(i);
            below += value < norm.min() ? 1 : 0;
            above += value > norm.max() ? 1 : 0;
            missing += Double.isNaN(value) ? 1 : 0;
        }
        return new Beyond(below, above, missing, heatmap.count());
    }

    private double value(int index) {
        return heatmap.value(index / heatmap.columns(), index % heatmap.columns());
    }

    private int argb(double value) {
        double unit = heatmap.norm().unit(value);
        return OPAQUE | (Double.isNaN(unit) ? theme.missing().getRGB() : colormap.rgb(unit));
    }

    /** One colour for each cell. */
    CellColors cells() {
        int[] argb = new int[heatmap.rows() * heatmap.columns()];
        for (int i = 0; i < heatmap.count(); i++) {
            argb[i] = argb(value(i));
        }
        return new CellColors(heatmap.rows(), heatmap.columns(), argb);
    }

    /** One colour for each pixel, of the value that lies between those of the nearest four cells' centres. */
    CellColors smooth(int height, int width) {
        int[] argb = new int[height * width];
        for (int y = 0; y < height; y++) {
            double row = clamp((y + 0.5) * heatmap.rows() / height - 0.5, heatmap.rows());
            for (int x = 0; x < width; x++) {
                double column = clamp((x + 0.5) * heatmap.columns() / width - 0.5, heatmap.columns());
                argb[y * width + x] = argb(between(row, column));
            }
        }
        return new CellColors(height, width, argb);
    }

    private static double clamp(double at, int count) {
        return Math.max(0, Math.min(count - 1.0, at));
    }

    private double between(double row, double column) {
        int top = (int) row;
        int left = (int) column;
        double down = row - top;
        double right = column - left;
        double upper = mix(heatmap.value(top, left), top, left + 1, right);
        if (down == 0) {
            return upper;
        }
        double lower = mix(heatmap.value(top + 1, left), top + 1, left + 1, right);
        return upper + down * (lower - upper);
    }

    private double mix(double from, int row, int nextColumn, double share) {
        return share == 0 ? from : from + share * (heatmap.value(row, nextColumn) - from);
    }
}
