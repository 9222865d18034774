package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.internal.layout.SceneBuilder.Align;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.ChartAxis;
import io.github.residual4j.render.panel.Theme;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** Lays out a chart: grid lines, marks, axes, legend. */
final class ChartLayout implements PanelLayout {
    private static final double PAD = 6;
    private static final double TICK = 4;
    /** How far symbols at the ends of an axis reach beyond the plot. */
    private static final double OVERHANG = 6;

    private final Chart chart;
    private final Theme theme;
    private final Lettering lettering;
    private final Shown shown;
    private final CategoryTicks categories;
    private final LineBar lineBar;
    private final Legend legend;
    private final Norm x;
    private final Norm y;
    private NumberTicks xTicks;
    private NumberTicks yTicks;
    private double legendHeight;
    private double namesDepth;

    ChartLayout(Chart chart, Theme theme, Lettering lettering, Shown shown) {
        this.chart = chart;
        this.theme = theme;
        this.lettering = lettering;
        this.shown = shown;
        categories = new CategoryTicks(chart.x().categories(), lettering);
        lineBar = LineBar.of(chart.marks(), lettering);
        legend = new Legend(lineBar.isShown() ? List.of() : chart.marks(), lettering);
        x = chart.x()
                .range()
                .orElseGet(() -> isNumeric()
                        ? DataRange.ofX(chart.marks(), chart.x().scale())
                        : Norm.linear(-0.5, chart.x().categories().size() - 0.5));
        y = chart.y()
                .range()
                .orElseGet(() -> DataRange.ofY(chart.marks(), chart.y().scale()));
        xTicks = NumberTicks.of(x, 0);
        yTicks = NumberTicks.of(y, 0);
    }

    private boolean isNumeric() {
        return chart.x().categories().isEmpty();
    }

    private static String label(ChartAxis axis, NumberTicks ticks) {
        if (ticks.factor().isEmpty()) {
            return axis.label();
        }
        return axis.label().isBlank() ? ticks.factor() : axis.label() + " (" + ticks.factor() + ")";
    }

    private String xLabel() {
        return isNumeric() ? label(chart.x(), xTicks) : chart.x().label();
    }

    @Override
    public Insets measure(Extent outer, Extent plot) {
        double line = lettering.height(Style.TICK);
        yTicks = NumberTicks.of(y, (int) (plot.height() / (2.6 * line)));
        xTicks = NumberTicks.of(x, (int) (plot.width() / (6 * line)));
        double left = OVERHANG;
        double right = Math.max(OVERHANG, lineBar.width());
        double bottom = OVERHANG;
        if (shown.yAxis()) {
            left = TICK + PAD + yTicks.widest(lettering);
            left += label(chart.y(), yTicks).isBlank() ? 0 : PAD + lettering.height(Style.LABEL);
        }
        if (shown.xAxis()) {
            bottom = isNumeric() ? TICK + PAD + line : categories.depthBelow(plot.width(), outer.height());
            namesDepth = bottom;
            bottom += xLabel().isBlank() ? 0 : PAD + lettering.height(Style.LABEL);
            double overhang = isNumeric() ? xTicks.widest(lettering) / 2 : categories.overhang(plot.width());
            left = Math.max(left, overhang);
            right = Math.max(right, overhang);
        }
        legendHeight = legend.measure(plot.width());
        double top = PAD + legendHeight;
        if (!chart.title().isBlank()) {
            top += lettering.height(Style.PANEL_TITLE) + 2;
        }
        return new Insets(top, right, bottom, left);
    }

    @Override
    public void place(Rectangle2D plot, Rectangle2D outer, SceneBuilder scene) {
        for (double value : yTicks.values()) {
            double at = plot.getMaxY() - y.unit(value) * plot.getHeight();
            scene.hairline(plot.getX(), at, plot.getMaxX(), at, theme.gridLine());
        }
        SceneBuilder inside = new SceneBuilder(theme, lettering);
        MarkItems items = new MarkItems(plot, x, y, inside);
        chart.marks().forEach(items::draw);
        scene.add(new Scene.Clip(
                new Rectangle2D.Double(
                        plot.getX() - OVERHANG,
                        plot.getY() - OVERHANG,
                        plot.getWidth() + 2 * OVERHANG,
                        plot.getHeight() + 2 * OVERHANG),
                inside.items()));
        scene.hairline(plot.getX(), plot.getY(), plot.getX(), plot.getMaxY() + 1, theme.frame());
        scene.hairline(plot.getX(), plot.getMaxY(), plot.getMaxX(), plot.getMaxY(), theme.frame());
        if (shown.yAxis()) {
            placeYNames(plot, scene);
            PanelText.yLabel(label(chart.y(), yTicks), plot, outer, scene);
        }
        if (shown.xAxis()) {
            placeXNames(plot, scene);
            PanelText.xLabel(xLabel(), plot, plot.getMaxY() + namesDepth + PAD, scene);
        }
        lineBar.place(plot, scene);
        legend.place(plot.getX(), plot.getY() - PAD - legendHeight, scene);
        PanelText.title(chart.title(), plot, outer, scene);
    }

    private void placeYNames(Rectangle2D plot, SceneBuilder scene) {
        for (int i = 0; i < yTicks.values().size(); i++) {
            double at = plot.getMaxY() - y.unit(yTicks.values().get(i)) * plot.getHeight();
            String label = yTicks.labels().get(i);
            scene.hairline(plot.getX() - TICK, at, plot.getX(), at, theme.frame());
            scene.text(label, label, Style.TICK, theme.muted(), plot.getX() - TICK - PAD, at, Align.END, Align.MIDDLE);
        }
    }

    private void placeXNames(Rectangle2D plot, SceneBuilder scene) {
        if (!isNumeric()) {
            categories.placeBelow(plot, scene);
            return;
        }
        double y = plot.getMaxY() + TICK;
        for (int i = 0; i < xTicks.values().size(); i++) {
            double at = plot.getX() + x.unit(xTicks.values().get(i)) * plot.getWidth();
            String label = xTicks.labels().get(i);
            scene.hairline(at, plot.getMaxY(), at, y, theme.frame());
            scene.text(label, label, Style.TICK, theme.muted(), at, y + PAD, Align.MIDDLE, Align.START);
        }
    }
}
