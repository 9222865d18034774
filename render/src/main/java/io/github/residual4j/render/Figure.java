package io.github.residual4j.render;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.io.StagedFile;
import io.github.residual4j.internal.text.Counted;
import io.github.residual4j.render.internal.export.Png;
import io.github.residual4j.render.internal.export.Svg;
import io.github.residual4j.render.internal.layout.FigureLayout;
import io.github.residual4j.render.internal.layout.Sheet;
import io.github.residual4j.render.internal.paint.Painter;
import io.github.residual4j.render.panel.Canvas;
import io.github.residual4j.render.panel.Panel;
import io.github.residual4j.render.panel.Shared;
import io.github.residual4j.render.panel.Theme;
import io.github.residual4j.render.panel.Titles;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A description of a picture: panels in a grid, titles, a theme and a size. Immutable; layout and painting come when it
 * is written.
 *
 * @param rows of panels
 * @param columns of panels
 * @param panels row by row from the upper left; the grid need not be full
 * @param shared what the panels have in common
 * @param titles what is written around the panels
 * @param canvas how it looks and how large it is
 * @param metadata what its files say about themselves: texts by keyword, such as {@code Description}
 */
public record Figure(
        int rows,
        int columns,
        List<Panel> panels,
        Set<Shared> shared,
        Titles titles,
        Canvas canvas,
        Map<String, String> metadata) {
    /**
     * Copies the lists and checks what it is given.
     *
     * @param rows of panels
     * @param columns of panels
     * @param panels row by row from the upper left; the grid need not be full
     * @param shared what the panels have in common
     * @param titles what is written around the panels
     * @param canvas how it looks and how large it is
     * @param metadata what its files say about themselves: texts by keyword, such as {@code Description}
     */
    public Figure {
        panels = List.copyOf(panels);
        shared = Set.copyOf(shared);
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        if (rows < 1 || columns < 1 || panels.size() > (long) rows * columns) {
            throw new BadRequestException(Counted.of(panels.size(), "panel") + " cannot stand in "
                    + Counted.of(rows, "row") + " of " + columns + ".");
        }
    }

    /**
     * {@return one panel at 1120 × 800 in the light theme}
     *
     * @param panel what it shows
     */
    public static Figure of(Panel panel) {
        BadRequestException.requireGiven(panel, "panel");
        return grid(1, 1).add(panel);
    }

    /**
     * {@return a figure without panels yet, for a grid of them, at 1120 × 800 in the light theme}
     *
     * @param rows how many rows of panels
     * @param columns how many panels in a row
     */
    public static Figure grid(int rows, int columns) {
        return new Figure(
                rows,
                columns,
                List.of(),
                Set.of(),
                new Titles("", "", ""),
                new Canvas(Theme.LIGHT, 1120, 800, 1),
                Map.of());
    }

    private Sheet sheet() {
        return new Sheet(rows, columns, panels, shared, titles, canvas);
    }

    /** {@return what stands above all panels} */
    public String title() {
        return titles.title();
    }

    /** {@return colours and lettering} */
    public Theme theme() {
        return canvas.theme();
    }

    /**
     * {@return the same with more panels}
     *
     * @param more the panels to add, from left to right and top to bottom
     */
    public Figure add(Panel... more) {
        for (Panel panel : BadRequestException.requireGiven(more, "list of panels")) {
            BadRequestException.requireGiven(panel, "panel");
        }
        List<Panel> all = new ArrayList<>(panels);
        all.addAll(Arrays.asList(more));
        return new Figure(rows, columns, all, shared, titles, canvas, metadata);
    }

    /**
     * {@return the same with panels that have something in common}
     *
     * @param what what the panels share
     */
    public Figure share(Shared... what) {
        return new Figure(rows, columns, panels, Set.of(what), titles, canvas, metadata);
    }

    /**
     * {@return the same under a title}
     *
     * @param title what stands above it; empty for nothing
     */
    public Figure title(String title) {
        BadRequestException.requireGiven(title, "title");
        return with(new Titles(title, titles.subtitle(), titles.footnote()));
    }

    /**
     * {@return the same with a subtitle}
     *
     * @param subtitle a line below the title; empty for none
     */
    public Figure subtitle(String subtitle) {
        BadRequestException.requireGiven(subtitle, "subtitle");
        return with(new Titles(titles.title(), subtitle, titles.footnote()));
    }

    /**
     * {@return the same with a footnote}
     *
     * @param footnote a line at the foot; empty for none
     */
    public Figure footnote(String footnote) {
        BadRequestException.requireGiven(footnote, "footnote");
        return with(new Titles(titles.title(), titles.subtitle(), footnote));
    }

    private Figure with(Titles newTitles) {
        return new Figure(rows, columns, panels, shared, newTitles, canvas, metadata);
    }

    /**
     * {@return the same in other colours and lettering}
     *
     * @param theme colours and lettering
     */
    public Figure theme(Theme theme) {
        BadRequestException.requireGiven(theme, "theme");
        return with(new Canvas(theme, canvas.width(), canvas.height(), canvas.scale()));
    }

    /**
     * {@return the same in another size}
     *
     * @param width pixels across, before scaling
     * @param height pixels down, before scaling
     */
    public Figure size(int width, int height) {
        return with(new Canvas(canvas.theme(), width, height, canvas.scale()));
    }

    /**
     * {@return the same with another number of pixels for each one of the size}
     *
     * @param scale pixels in the image for each pixel of the size
     */
    public Figure scale(double scale) {
        return with(new Canvas(canvas.theme(), canvas.width(), canvas.height(), scale));
    }

    private Figure with(Canvas newCanvas) {
        return new Figure(rows, columns, panels, shared, titles, newCanvas, metadata);
    }

    /**
     * {@return the same whose files say more about themselves}
     *
     * @param keyword 1 to 79 characters of Latin-1
     * @param text what is said under the keyword
     */
    public Figure metadata(String keyword, String text) {
        Map<String, String> more = new LinkedHashMap<>(metadata);
        more.put(keyword, text);
        return new Figure(rows, columns, panels, shared, titles, canvas, more);
    }

    /**
     * Draws it into the upper left {@code width × height} of someone else's graphics, as shapes and text.
     *
     * @param graphics where to draw
     */
    public void paint(Graphics2D graphics) {
        BadRequestException.requireGiven(graphics, "graphics");
        Painter.vector(graphics).paint(FigureLayout.of(sheet()));
    }

    /**
     * Draws it as an image of {@code width·scale × height·scale} pixels.
     *
     * @return the image
     */
    public BufferedImage toImage() {
        return Painter.image(FigureLayout.of(sheet()), canvas.scale());
    }

    /**
     * Draws it and encodes it as PNG.
     *
     * @return the bytes of the file
     */
    public byte[] toPng() {
        return Png.encode(toImage(), metadata);
    }

    /**
     * Describes it as SVG, with text as text and shapes as shapes.
     *
     * @return the bytes of the file
     */
    public byte[] toSvg() {
        return Svg.encode(FigureLayout.of(sheet()), titles.title());
    }

    /** {@return {@link #toPng()} in base64} */
    public String toBase64() {
        return Base64.getEncoder().encodeToString(toPng());
    }

    /** {@return a fragment of HTML that shows it, for Java notebooks: {@code display(figure.toHtml(), "text/html")}} */
    public String toHtml() {
        return Png.imageTag(toPng(), canvas.width(), titles.title());
    }

    /**
     * Shows it in a window of its own, for JShell on a desktop.
     *
     * @throws BadRequestException if this machine has no display
     */
    public void show() {
        FigureWindow.open(this);
    }

    /**
     * Writes {@link #toPng()}, whole or not at all.
     *
     * @param file where to
     * @throws BadFileException if the file cannot be written
     */
    public void writePng(Path file) {
        BadRequestException.requireGiven(file, "file");
        StagedFile.replace(file, toPng());
    }

    /**
     * Writes {@link #toSvg()}, whole or not at all.
     *
     * @param file where to
     * @throws BadFileException if the file cannot be written
     */
    public void writeSvg(Path file) {
        BadRequestException.requireGiven(file, "file");
        StagedFile.replace(file, toSvg());
    }
}
