package io.github.residual4j.render.internal.layout;

import io.github.residual4j.render.internal.layout.Lettering.Style;
import io.github.residual4j.render.internal.layout.SceneBuilder.Align;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Lays out a figure: its titles, then its panels, whose plots are aligned and of equal size. */
public final class FigureLayout {
    private static final double MARGIN = 14;
    private static final double GAP = 20;
    private static final double SMALLEST_PLOT = 8;

    /** From here on a plot can be read. */
    private static final double COMFORTABLE = 80;

    /** What lettering is multiplied with, one after the other. */
    private static final double[] SIZES = {1, 0.85, 0.7};

    private final Sheet sheet;
    private final Lettering lettering;
    private final SceneBuilder scene;
    private final double gap;
    private Extent plot = new Extent(0, 0);

    private FigureLayout(Sheet sheet, double size) {
        this.sheet = sheet;
        gap = GAP * size;
        lettering = new Lettering(sheet.theme(), size);
        scene = new SceneBuilder(sheet.theme(), lettering);
    }

    /**
     * The figure with everything in its place. Where its plots would be tiny, the lettering and what is between them
     * get smaller; what has no room even then, shortened, is left out.
     */
    public static Scene of(Sheet sheet) {
        FigureLayout layout = fitted(sheet);
        Set<String> missing = layout.lettering.missingScripts();
        return (missing.isEmpty() ? layout : fitted(sheet.withNote(notice(missing)))).finished();
    }

    private static FigureLayout fitted(Sheet sheet) {
        FigureLayout layout = new FigureLayout(sheet, 1);
        layout.layOut();
        for (int size = 1; size < SIZES.length && layout.isTiny(); size++) {
            layout = new FigureLayout(sheet, SIZES[size]);
            layout.layOut();
        }
        return layout;
    }

    private boolean isTiny() {
        return !sheet.panels().isEmpty() && (plot.width() < COMFORTABLE || plot.height() < COMFORTABLE);
    }

    private Scene finished() {
        return new Scene(
                sheet.canvas().width(),
                sheet.canvas().height(),
                sheet.theme().background(),
                List.copyOf(scene.items()));
    }

    private static String notice(Set<String> scripts) {
        return "No font here has all characters of this text (" + String.join(", ", scripts)
                + "); those it lacks stand as U+ and their number.";
    }

    private void layOut() {
        double bottom = sheet.canvas().height() - MARGIN;
        double top = heading(
                MARGIN,
                bottom,
                sheet.titles().title(),
                Style.TITLE,
                sheet.theme().text());
        top = heading(
                top,
                bottom,
                sheet.titles().subtitle(),
                Style.SUBTITLE,
                sheet.theme().muted());
        if (top > MARGIN) {
            top += 10;
        }
        double noteHeight = lettering.height(Style.NOTE);
        if (!sheet.titles().footnote().isBlank() && top + noteHeight < bottom) {
            oneLine(sheet.titles().footnote(), Style.NOTE, sheet.theme().muted(), bottom, Align.END);
            bottom -= noteHeight + 8;
        }
        List<PanelLayout> layouts = PanelLayouts.of(sheet, lettering);
        if (!layouts.isEmpty()) {
            panels(layouts, top, bottom);
        }
    }

    private double heading(double top, double bottom, String text, Style style, Color color) {
        if (text.isBlank() || top + lettering.height(style) > bottom) {
            return top;
        }
        oneLine(text, style, color, top, Align.START);
        return top + lettering.height(style) + 2;
    }

    private void oneLine(String text, Style style, Color color, double y, Align down) {
        String visible = lettering.visible(text, style);
        String fitted = lettering.fit(visible, style, sheet.canvas().width() - 2 * MARGIN);
        scene.text(fitted, text, style, color, MARGIN, y, Align.START, down);
    }

    private void panels(List<PanelLayout> layouts, double top, double bottom) {
        int rows = sheet.rows();
        int columns = sheet.columns();
        double width = sheet.canvas().width() - 2 * MARGIN - gap * (columns - 1);
        double height = bottom - top - gap * (rows - 1);
        Extent outer = new Extent(width / columns, height / rows);
        Insets[] across = new Insets[columns];
        Insets[] down = new Insets[rows];
        plot = outer;
        // What surrounds a plot depends on its size and the other way round; the second round settles it.
        for (int round = 0; round < 2; round++) {
            measure(layouts, outer, across, down);
            double besides =
                    Arrays.stream(across).mapToDouble(i -> i.left() + i.right()).sum();
            double aboveAndBelow =
                    Arrays.stream(down).mapToDouble(i -> i.top() + i.bottom()).sum();
            plot = new Extent(Math.floor((width - besides) / columns), Math.floor((height - aboveAndBelow) / rows));
        }
        if (plot.width() >= SMALLEST_PLOT && plot.height() >= SMALLEST_PLOT) {
            place(layouts, top, across, down);
        }
    }

    private void measure(List<PanelLayout> layouts, Extent outer, Insets[] across, Insets[] down) {
        Arrays.fill(across, new Insets(0, 0, 0, 0));
        Arrays.fill(down, new Insets(0, 0, 0, 0));
        for (int i = 0; i < layouts.size(); i++) {
            Insets insets = layouts.get(i).measure(outer, plot);
            int column = i % sheet.columns();
            int row = i / sheet.columns();
            across[column] = across[column].max(insets);
            down[row] = down[row].max(insets);
        }
    }

    private void place(List<PanelLayout> layouts, double top, Insets[] across, Insets[] down) {
        double y = top;
        for (int row = 0; row < sheet.rows(); row++) {
            double x = MARGIN;
            double height = down[row].top() + plot.height() + down[row].bottom();
            for (int column = 0; column < sheet.columns(); column++) {
                double width = across[column].left() + plot.width() + across[column].right();
                int i = row * sheet.columns() + column;
                if (i < layouts.size()) {
                    double left = Math.round(x + across[column].left());
                    double upper = Math.round(y + down[row].top());
                    layouts.get(i)
                            .place(
                                    new Rectangle2D.Double(left, upper, plot.width(), plot.height()),
                                    new Rectangle2D.Double(x, y, width, height),
                                    scene);
                }
                x += width + gap;
            }
            y += height + gap;
        }
    }
}
