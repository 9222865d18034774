package io.github.residual4j.render;

import io.github.residual4j.BadFileException;
import io.github.residual4j.BadRequestException;
import io.github.residual4j.render.export.Png;
import io.github.residual4j.render.export.WholeFile;
import io.github.residual4j.render.internal.layout.FigureLayout;
import io.github.residual4j.render.internal.paint.Painter;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A description of a picture: panels in a grid, titles, a theme and a size. Immutable; layout and painting come when it
 * is written.
 *
 * @param rows of panels
 * @param columns of panels
 * @param panels row by row from the upper left; the grid need not be full
 * @param title above all panels; empty for none
 * @param subtitle in smaller letters under the title; empty for none
 * @param footnote under all panels; empty for none
 * @param theme colours and lettering
 * @param width in pixels at scale 1
 * @param height in pixels at scale 1
 * @param scale how many pixels of an image stand for one of the size; 2 for dense displays
 */
public record Figure(
        int rows,
        int columns,
        List<Panel> panels,
        String title,
        String subtitle,
        String footnote,
        Theme theme,
        int width,
        int height,
        double scale) {
    private static final long MAX_PIXELS = 100_000_000;

    public Figure {
        panels = List.copyOf(panels);
        if (rows < 1 || columns < 1 || panels.size() > (long) rows * columns) {
            throw new BadRequestException(
                    panels.size() + " panels do not fit into " + rows + " rows of " + columns + ".");
        }
        if (width < 1 || height < 1 || !(scale > 0) || width * scale * height * scale > MAX_PIXELS) {
            throw new BadRequestException("A figure has a positive size of at most " + MAX_PIXELS / 1_000_000
                    + " million pixels, not " + width + " × " + height + " at scale " + scale + ".");
        }
    }

    /** One panel at 1120 × 800 in the light theme. */
    public static Figure of(Panel panel) {
        return grid(1, 1).add(panel);
    }

    /** No panel yet, in a grid, at 1120 × 800 in the light theme. */
    public static Figure grid(int rows, int columns) {
        return new Figure(rows, columns, List.of(), "", "", "", Theme.LIGHT, 1120, 800, 1);
    }

    /** The same with one more panel. */
    public Figure add(Panel panel) {
        List<Panel> more = new ArrayList<>(panels);
        more.add(panel);
        return new Figure(rows, columns, more, title, subtitle, footnote, theme, width, height, scale);
    }

    /** The same under a title. */
    public Figure title(String newTitle) {
        return new Figure(rows, columns, panels, newTitle, subtitle, footnote, theme, width, height, scale);
    }

    /** The same with a subtitle. */
    public Figure subtitle(String newSubtitle) {
        return new Figure(rows, columns, panels, title, newSubtitle, footnote, theme, width, height, scale);
    }

    /** The same with a footnote. */
    public Figure footnote(String newFootnote) {
        return new Figure(rows, columns, panels, title, subtitle, newFootnote, theme, width, height, scale);
    }

    /** The same in other colours and lettering. */
    public Figure theme(Theme newTheme) {
        return new Figure(rows, columns, panels, title, subtitle, footnote, newTheme, width, height, scale);
    }

    /** The same in another size. */
    public Figure size(int newWidth, int newHeight) {
        return new Figure(rows, columns, panels, title, subtitle, footnote, theme, newWidth, newHeight, scale);
    }

    /** The same with another number of pixels for each one of the size. */
    public Figure scale(double newScale) {
        return new Figure(rows, columns, panels, title, subtitle, footnote, theme, width, height, newScale);
    }

    /** Draws it into the upper left {@code width × height} of someone else's graphics, as shapes and text. */
    public void paint(Graphics2D graphics) {
        Painter.vector(graphics).paint(FigureLayout.of(this));
    }

    /** Draws it as an image of {@code width·scale × height·scale} pixels. */
    public BufferedImage toImage() {
        return Painter.image(FigureLayout.of(this), scale);
    }

    /** Draws and encodes it. */
    public byte[] toPng() {
        return Png.encode(toImage());
    }

    /**
     * Writes it as a PNG file, whole or not at all.
     *
     * @throws BadFileException if the file cannot be written
     */
    public void writePng(Path file) {
        WholeFile.write(file, toPng());
    }
}
