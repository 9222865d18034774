package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Theme;
import java.awt.geom.Rectangle2D;

/** Lays out a heatmap: cells, names of rows and columns, colour bar. */
final class HeatmapLayout implements PanelLayout {
    private static final double PAD = 6;
    private static final double SMALLEST_CELL_WITH_EDGE = 4;

    private final Heatmap heatmap;
    private final Lettering lettering;
    private final Shown shown;
    private final HeatmapColors colors;
    private final CategoryTicks rows;
    private final CategoryTicks columns;
    private final ColorBar colorBar;
    private double namesDepth;

    /** @param beyond how many values lie beyond the colours of the colour bar, of all heatmaps that share it */
    HeatmapLayout(Heatmap heatmap, Theme theme, Lettering lettering, Shown shown, Beyond beyond) {
        this.heatmap = heatmap;
        this.lettering = lettering;
        this.shown = shown;
        colors = new HeatmapColors(heatmap, theme);
        rows = new CategoryTicks(heatmap.rowLabels(), lettering);
        columns = new CategoryTicks(heatmap.columnLabels(), lettering);
        // The frames of an animation differ in what lies beyond the ends; their grids stay where they are.
        double noteRoom = heatmap.cellEdges() ? ColorBar.noteRoom(lettering) : 0;
        colorBar =
                new ColorBar(colors.colormap(), heatmap.norm(), heatmap.colorBarLabel(), beyond, noteRoom, lettering);
    }

    @Override
    public Insets measure(Extent outer, Extent plot) {
        double half = lettering.height(Style.TICK) / 2;
        double left = 0;
        double right = shown.colorBar() ? colorBar.measure(plot.height()) : 0;
        double bottom = 0;
        if (shown.yAxis()) {
            left = rows.depthLeft(plot.height(), outer.width());
            left += heatmap.yLabel().isBlank() ? 0 : PAD + lettering.height(Style.LABEL);
        }
        if (shown.xAxis()) {
            bottom = columns.depthBelow(plot.width(), outer.height());
            namesDepth = bottom;
            bottom += heatmap.xLabel().isBlank() ? 0 : PAD + lettering.height(Style.LABEL);
            left = Math.max(left, columns.overhang(plot.width()));
            right = Math.max(right, columns.overhang(plot.width()));
        }
        double top = heatmap.title().isBlank() ? half : lettering.height(Style.PANEL_TITLE) + half + 1;
        return new Insets(top, right, Math.max(bottom, half), left);
    }

    @Override
    public void place(Rectangle2D plot, Rectangle2D outer, SceneBuilder scene) {
        if (heatmap.isSmooth()) {
            scene.add(new Scene.Shades(plot, colors.smooth((int) plot.getHeight(), (int) plot.getWidth())));
        } else {
            placeCells(plot, scene);
        }
        scene.frameAround(plot, scene.theme().gridLine());
        if (shown.yAxis()) {
            rows.placeLeft(plot, scene);
            PanelText.yLabel(heatmap.yLabel(), plot, outer, scene);
        }
        if (shown.xAxis()) {
            columns.placeBelow(plot, scene);
            PanelText.xLabel(heatmap.xLabel(), plot, plot.getMaxY() + namesDepth + PAD, scene);
        }
        if (shown.colorBar()) {
            colorBar.place(plot, scene);
        }
        PanelText.title(heatmap.title(), plot, outer, scene);
    }

    private void placeCells(Rectangle2D plot, SceneBuilder scene) {
        double cell = Math.min(plot.getWidth() / heatmap.columns(), plot.getHeight() / heatmap.rows());
        double gap = heatmap.cellEdges() && cell >= SMALLEST_CELL_WITH_EDGE ? 1 : 0;
        if (gap > 0) {
            scene.fill(plot, scene.theme().cellEdge());
        }
        CellColors cells = colors.cells();
        scene.add(new Scene.Cells(plot, cells, gap));
        CellText.place(heatmap, cells, plot, scene);
    }
}
