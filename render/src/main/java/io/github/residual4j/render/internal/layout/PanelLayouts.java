package io.github.residual4j.render.internal.layout;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Panel;
import io.github.residual4j.render.panel.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The layouts of a figure's panels, after what they share has been settled between them. */
final class PanelLayouts {
    private final Sheet sheet;
    private final List<Panel> panels;

    private PanelLayouts(Sheet sheet) {
        this.sheet = sheet;
        panels = new ArrayList<>(sheet.panels());
    }

    static List<PanelLayout> of(Sheet sheet, Lettering lettering) {
        return new PanelLayouts(sheet).layouts(lettering);
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
        return IntStream.range(0, sheet.panels().size())
                .filter(which)
                .mapToObj(sheet.panels()::get)
                .filter(Chart.class::isInstance)
                .flatMap(panel -> ((Chart) panel).marks().stream())
                .toList();
    }

    private boolean shares(Shared what) {
        return sheet.shared().contains(what);
    }

    private int column(int panel) {
        return panel % sheet.columns();
    }

    private int row(int panel) {
        return panel / sheet.columns();
    }

    private PanelLayout layout(int i, Lettering lettering) {
        boolean isLowest = i + sheet.columns() >= panels.size();
        boolean isLast = i + 1 == panels.size() || row(i + 1) != row(i);
        Shown shown = new Shown(
                !shares(Shared.X_AXIS) || isLowest,
                !shares(Shared.Y_AXIS) || column(i) == 0,
                !shares(Shared.COLOR_BAR) || isLast);
        if (panels.get(i) instanceof Heatmap heatmap) {
            Beyond beyond = new HeatmapColors(heatmap, sheet.theme()).beyond();
            if (shares(Shared.COLOR_BAR) && isLast) {
                beyond = beyondOfRow(heatmap, i);
            }
            return new HeatmapLayout(heatmap, sheet.theme(), lettering, shown, beyond);
        }
        return new ChartLayout((Chart) panels.get(i), sheet.theme(), lettering, shown);
    }

    private Beyond beyondOfRow(Heatmap last, int i) {
        Beyond sum = new Beyond(0, 0, 0, 0);
        for (int other = row(i) * sheet.columns(); other <= i; other++) {
            if (panels.get(other) instanceof Heatmap heatmap) {
                if (!heatmap.norm().equals(last.norm()) || !heatmap.colormap().equals(last.colormap())) {
                    throw new BadRequestException("\"" + heatmap.title() + "\" (" + heatmap.colormap() + ", "
                            + heatmap.norm() + ") and \"" + last.title() + "\" (" + last.colormap() + ", " + last.norm()
                            + ") cannot share a colour bar; give them the same colours and norm.");
                }
                sum = sum.plus(new HeatmapColors(heatmap, sheet.theme()).beyond());
            }
        }
        return sum;
    }
}
