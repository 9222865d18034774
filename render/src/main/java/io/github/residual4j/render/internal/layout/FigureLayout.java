package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.Chart;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.Heatmap;
import io.github.residual4j.render.Panel;
import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.internal.layout.SceneBuilder.Align;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Lays out a figure: its titles, then its panels in equal boxes whose plots are aligned. */
public final class FigureLayout {
    private static final double MARGIN = 14;
    private static final double GAP = 18;

    private final Figure figure;
    private final Lettering lettering;
    private final SceneBuilder scene;

    private FigureLayout(Figure figure) {
        this.figure = figure;
        lettering = new Lettering(figure.theme());
        scene = new SceneBuilder(figure.theme(), lettering);
    }

    /** The figure with everything in its place. */
    public static Scene of(Figure figure) {
        return new FigureLayout(figure).scene();
    }

    private Scene scene() {
        double top = heading(MARGIN, figure.title(), Style.TITLE, figure.theme().text());
        top = heading(top, figure.subtitle(), Style.SUBTITLE, figure.theme().muted());
        if (top > MARGIN) {
            top += 8;
        }
        double bottom = figure.height() - MARGIN;
        if (!figure.footnote().isBlank()) {
            oneLine(figure.footnote(), Style.NOTE, figure.theme().muted(), bottom, Align.END);
            bottom -= lettering.height(Style.NOTE) + 6;
        }
        panels(top, bottom);
        return new Scene(figure.width(), figure.height(), figure.theme().background(), List.copyOf(scene.items()));
    }

    private double heading(double top, String text, Style style, Color color) {
        if (text.isBlank()) {
            return top;
        }
        oneLine(text, style, color, top, Align.START);
        return top + lettering.height(style) + 2;
    }

    private void oneLine(String text, Style style, Color color, double y, Align down) {
        String visible = lettering.visible(text, style);
        String fitted = lettering.fit(visible, style, figure.width() - 2 * MARGIN);
        scene.text(fitted, text, style, color, MARGIN, y, Align.START, down);
    }

    private void panels(double top, double bottom) {
        int rows = figure.rows();
        int columns = figure.columns();
        double width = (figure.width() - 2 * MARGIN - GAP * (columns - 1)) / columns;
        double height = (bottom - top - GAP * (rows - 1)) / rows;
        if (width < 1 || height < 1) {
            return;
        }
        List<PanelLayout> layouts = figure.panels().stream().map(this::layoutOf).toList();
        Extent outer = new Extent(width, height);
        List<Insets> insets = aligned(layouts, outer, Collections.nCopies(layouts.size(), new Insets(0, 0, 0, 0)));
        insets = aligned(layouts, outer, insets);
        for (int i = 0; i < layouts.size(); i++) {
            double x = MARGIN + (i % columns) * (width + GAP);
            double y = top + (i / columns) * (height + GAP);
            double left = Math.round(x + insets.get(i).left());
            double upper = Math.round(y + insets.get(i).top());
            double right = Math.round(x + width - insets.get(i).right());
            double lower = Math.round(y + height - insets.get(i).bottom());
            if (right - left >= 1 && lower - upper >= 1) {
                layouts.get(i)
                        .place(
                                new Rectangle2D.Double(left, upper, right - left, lower - upper),
                                new Rectangle2D.Double(x, y, width, height),
                                scene);
            }
        }
    }

    /** What each panel gets around its plot so that plots above and beside each other are aligned. */
    private List<Insets> aligned(List<PanelLayout> layouts, Extent outer, List<Insets> guess) {
        List<Insets> ofColumn = new ArrayList<>(Collections.nCopies(figure.columns(), new Insets(0, 0, 0, 0)));
        List<Insets> ofRow = new ArrayList<>(Collections.nCopies(figure.rows(), new Insets(0, 0, 0, 0)));
        for (int i = 0; i < layouts.size(); i++) {
            Insets insets = layouts.get(i).measure(outer, outer.without(guess.get(i)));
            ofColumn.set(i % figure.columns(), insets.max(ofColumn.get(i % figure.columns())));
            ofRow.set(i / figure.columns(), insets.max(ofRow.get(i / figure.columns())));
        }
        List<Insets> aligned = new ArrayList<>();
        for (int i = 0; i < layouts.size(); i++) {
            Insets across = ofColumn.get(i % figure.columns());
            Insets down = ofRow.get(i / figure.columns());
            aligned.add(new Insets(down.top(), across.right(), down.bottom(), across.left()));
        }
        return aligned;
    }

    private PanelLayout layoutOf(Panel panel) {
        if (panel instanceof Heatmap heatmap) {
            return new HeatmapLayout(heatmap, figure.theme(), lettering);
        }
        return new ChartLayout((Chart) panel, figure.theme(), lettering);
    }
}
