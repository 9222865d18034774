package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.Heatmap;
import io.github.residual4j.render.Theme;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.internal.layout.Lettering.Style;
import java.awt.geom.Rectangle2D;

/** Lays out a heatmap: cells, names of rows and columns, colour bar. */
final class HeatmapLayout implements PanelLayout {
    private static final double PAD = 6;
    private static final double SMALLEST_CELL_WITH_EDGE = 4;

    private final Heatmap heatmap;
    private final Lettering lettering;
    private final CategoryTicks rows;
    private final CategoryTicks columns;
    private final CellColors colors;
    private final ColorBar colorBar;

    HeatmapLayout(Heatmap heatmap, Theme theme, Lettering lettering) {
        this.heatmap = heatmap;
        this.lettering = lettering;
        rows = new CategoryTicks(heatmap.rowLabels(), lettering);
        columns = new CategoryTicks(heatmap.columnLabels(), lettering);
        Colormap colormap = theme.colormap().orElse(heatmap.colormap());
        int[] argb = new int[heatmap.rows() * heatmap.columns()];
        Beyond beyond = color(colormap, theme, argb);
        colors = new CellColors(heatmap.rows(), heatmap.columns(), argb);
        // The frames of an animation differ in what lies beyond the ends; their grids stay where they are.
        double noteRoom = heatmap.cellEdges() ? ColorBar.noteRoom(lettering) : 0;
        colorBar = new ColorBar(colormap, heatmap.norm(), heatmap.colorBarLabel(), beyond, noteRoom, lettering);
    }

    private Beyond color(Colormap colormap, Theme theme, int[] argb) {
        int below = 0;
        int above = 0;
        int missing = 0;
        for (int i = 0; i < heatmap.count(); i++) {
            double unit = heatmap.norm().unit(heatmap.value(i / heatmap.columns(), i % heatmap.columns()));
            if (Double.isNaN(unit)) {
                missing++;
                argb[i] = 0xff000000 | theme.missing().getRGB();
            } else {
                below += unit < 0 ? 1 : 0;
                above += unit > 1 ? 1 : 0;
                argb[i] = 0xff000000 | colormap.rgb(unit);
            }
        }
        return new Beyond(below, above, missing, heatmap.count());
    }

    @Override
    public Insets measure(Extent outer, Extent plot) {
        double left = rows.depthLeft(outer.width());
        if (!heatmap.yLabel().isBlank()) {
            left += PAD + lettering.height(Style.LABEL);
        }
        double right = colorBar.measure(plot.height());
        double bottom = columns.depthBelow(plot.width(), outer.height());
        if (!heatmap.xLabel().isBlank()) {
            bottom += PAD + lettering.height(Style.LABEL);
        }
        double half = lettering.height(Style.TICK) / 2;
        double top = heatmap.title().isBlank() ? half : lettering.height(Style.PANEL_TITLE) + PAD;
        return new Insets(top, right, Math.max(bottom, half), left);
    }

    @Override
    public void place(Rectangle2D plot, Rectangle2D outer, SceneBuilder scene) {
        double cell = Math.min(plot.getWidth() / heatmap.columns(), plot.getHeight() / heatmap.rows());
        double gap = heatmap.cellEdges() && cell >= SMALLEST_CELL_WITH_EDGE ? 1 : 0;
        if (gap > 0) {
            scene.fill(plot, scene.theme().cellEdge());
        }
        scene.add(new Scene.Cells(plot, colors, gap));
        rows.placeLeft(plot, scene);
        columns.placeBelow(plot, scene);
        colorBar.place(plot, scene);
        PanelText.title(heatmap.title(), plot, outer, scene);
        PanelText.xLabel(heatmap.xLabel(), plot, outer, scene);
        PanelText.yLabel(heatmap.yLabel(), plot, outer, scene);
    }
}
