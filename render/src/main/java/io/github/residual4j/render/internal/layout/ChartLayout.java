package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.Chart;
import io.github.residual4j.render.Theme;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.internal.layout.SceneBuilder.Align;
import java.awt.geom.Rectangle2D;

/** Lays out a chart: grid lines, marks, axes, legend. */
final class ChartLayout implements PanelLayout {
    private static final double PAD = 6;
    private static final double TICK = 4;

    private final Chart chart;
    private final Theme theme;
    private final Lettering lettering;
    private final CategoryTicks categories;
    private final Legend legend;
    private final Norm x;
    private final Norm y;
    private NumberTicks xTicks;
    private NumberTicks yTicks;

    ChartLayout(Chart chart, Theme theme, Lettering lettering) {
        this.chart = chart;
        this.theme = theme;
        this.lettering = lettering;
        categories = new CategoryTicks(chart.x().categories(), lettering);
        legend = new Legend(chart.marks(), lettering);
        x = chart.x()
                .range()
                .orElseGet(() -> chart.x().categories().isEmpty()
                        ? DataRange.ofX(chart.marks())
                        : Norm.linear(-0.5, chart.x().categories().size() - 0.5));
        y = chart.y().range().orElseGet(() -> DataRange.ofY(chart.marks()));
        xTicks = NumberTicks.of(x, 1);
        yTicks = NumberTicks.of(y, 1);
    }

    private boolean isNumeric() {
        return chart.x().categories().isEmpty();
    }

    @Override
    public Insets measure(Extent outer, Extent plot) {
        yTicks = NumberTicks.of(y, (int) (plot.height() / (2.6 * lettering.height(Style.TICK))));
        xTicks = NumberTicks.of(x, (int) (plot.width() / (6 * lettering.height(Style.TICK))));
        double widest = yTicks.labels().stream()
                .mapToDouble(l -> lettering.width(l, Style.TICK))
                .max()
                .orElse(0);
        double left = widest + TICK + PAD;
        if (!chart.y().label().isBlank()) {
            left += PAD + lettering.height(Style.LABEL);
        }
        double right = PAD;
        double bottom = isNumeric()
                ? TICK + PAD + lettering.height(Style.TICK)
                : categories.depthBelow(plot.width(), outer.height());
        if (!chart.x().label().isBlank()) {
            bottom += PAD + lettering.height(Style.LABEL);
        }
        double top = PAD + legend.height(plot.width());
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
                new Rectangle2D.Double(plot.getX(), plot.getY() - 4, plot.getWidth(), plot.getHeight() + 4),
                inside.items()));
        placeYAxis(plot, scene);
        placeXAxis(plot, scene);
        double legendTop = plot.getY() - PAD - legend.height(plot.getWidth());
        legend.place(
                new Rectangle2D.Double(plot.getX(), legendTop, outer.getMaxX() - plot.getX(), plot.getHeight()), scene);
        String factor = yTicks.factor();
        PanelText.title(chart.title(), plot, outer, scene);
        PanelText.xLabel(chart.x().label(), plot, outer, scene);
        PanelText.yLabel(
                factor.isEmpty() ? chart.y().label() : chart.y().label() + " (" + factor + ")", plot, outer, scene);
    }

    private void placeYAxis(Rectangle2D plot, SceneBuilder scene) {
        scene.hairline(plot.getX(), plot.getY(), plot.getX(), plot.getMaxY() + 1, theme.frame());
        for (int i = 0; i < yTicks.values().size(); i++) {
            double at = plot.getMaxY() - y.unit(yTicks.values().get(i)) * plot.getHeight();
            String label = yTicks.labels().get(i);
            scene.hairline(plot.getX() - TICK, at, plot.getX(), at, theme.frame());
            scene.text(label, label, Style.TICK, theme.muted(), plot.getX() - TICK - PAD, at, Align.END, Align.MIDDLE);
        }
    }

    private void placeXAxis(Rectangle2D plot, SceneBuilder scene) {
        scene.hairline(plot.getX(), plot.getMaxY(), plot.getMaxX(), plot.getMaxY(), theme.frame());
        if (!isNumeric()) {
            categories.placeBelow(plot, scene);
            return;
        }
        for (int i = 0; i < xTicks.values().size(); i++) {
            double at = plot.getX() + x.unit(xTicks.values().get(i)) * plot.getWidth();
            String label = xTicks.labels().get(i);
            scene.hairline(at, plot.getMaxY(), at, plot.getMaxY() + TICK, theme.frame());
            scene.text(
                    label,
                    label,
                    Style.TICK,
                    theme.muted(),
                    at,
                    plot.getMaxY() + TICK + PAD,
                    Align.MIDDLE,
                    Align.START);
        }
    }
}
