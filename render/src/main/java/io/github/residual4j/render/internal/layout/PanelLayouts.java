package io.github.residual4j.render.internal.layout;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.Chart;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.Heatmap;
import io.github.residual4j.render.Mark;
import io.github.residual4j.render.Panel;
import io.github.residual4j.render.Shared;
import io.github.residual4j.render.color.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The layouts of a figure's panels, after what they share has been settled between them. */
final class PanelLayouts {
    private final Figure figure;
    private final List<Panel> panels;

    private PanelLayouts(Figure figure) {
        this.figure = figure;
        panels = new ArrayList<>(figure.panels());
    }

    static List<PanelLayout> of(Figure figure, Lettering lettering) {
        return new PanelLayouts(figure).layouts(lettering);
    }

    private List<PanelLayout> layouts(Lettering lettering) {
        for (int i = 0; i < panels.size(); i++) {
            if (panels.get(i) instanceof Chart chart) {
                panels.set(i, ranged(chart, i));
            }
        }
        return IntStream.range(0, panels.size())
                .mapToObj(i -> layout(i, lettering))
                .toList();
    }

    /** The chart with the range it shares with others. */
    private Chart ranged(Chart chart, int i) {
        Chart ranged = chart;
        boolean isNumeric = chart.x().categories().isEmpty();
        if (shares(Shared.X_AXIS) && isNumeric && chart.x().range().isEmpty()) {
            Norm range = DataRange.ofX(
                    marks(other -> column(other) == column(i)), chart.x().scale());
            ranged = ranged.xRange(range);
        }
        if (shares(Shared.Y_AXIS) && chart.y().range().isEmpty()) {
            Norm range = DataRange.ofY(
                    marks(other -> row(other) == row(i)), chart.y().scale());
            ranged = ranged.yRange(range);
        }
        return ranged;
    }

    private List<Mark> marks(IntPredicate which) {
        return IntStream.range(0, figure.panels().size())
                .filter(which)
                .mapToObj(figure.panels()::get)
                .filter(Chart.class::isInstance)
                .flatMap(panel -> ((Chart) panel).marks().stream())
                .toList();
    }

    private boolean shares(Shared what) {
        return figure.shared().contains(what);
    }

    private int column(int panel) {
        return panel % figure.columns();
    }

    private int row(int panel) {
        return panel / figure.columns();
    }

    private PanelLayout layout(int i, Lettering lettering) {
        boolean isLowest = i + figure.columns() >= panels.size();
        boolean isLast = i + 1 == panels.size() || row(i + 1) != row(i);
        Shown shown = new Shown(
                !shares(Shared.X_AXIS) || isLowest,
                !shares(Shared.Y_AXIS) || column(i) == 0,
                !shares(Shared.COLOR_BAR) || isLast);
        if (panels.get(i) instanceof Heatmap heatmap) {
            Beyond beyond = new HeatmapColors(heatmap, figure.theme()).beyond();
            if (shares(Shared.COLOR_BAR) && isLast) {
                beyond = beyondOfRow(heatmap, i);
            }
            return new HeatmapLayout(heatmap, figure.theme(), lettering, shown, beyond);
        }
        return new ChartLayout((Chart) panels.get(i), figure.theme(), lettering, shown);
    }

    private Beyond beyondOfRow(Heatmap last, int i) {
        Beyond sum = new Beyond(0, 0, 0, 0);
        for (int other = row(i) * figure.columns(); other <= i; other++) {
            if (panels.get(other) instanceof Heatmap heatmap) {
                if (!heatmap.norm().equals(last.norm()) || !heatmap.colormap().equals(last.colormap())) {
                    throw new BadRequestException("\"" + heatmap.title() + "\" (" + heatmap.colormap() + ", "
                            + heatmap.norm() + ") and \"" + last.title() + "\" (" + last.colormap() + ", " + last.norm()
                            + ") cannot share a colour bar; give them the same colours and norm.");
                }
                sum = sum.plus(new HeatmapColors(heatmap, figure.theme()).beyond());
            }
        }
        return sum;
    }
}
