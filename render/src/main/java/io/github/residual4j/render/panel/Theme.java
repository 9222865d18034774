package io.github.residual4j.render.panel;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.color.Colormap;
import java.awt.Color;
import java.awt.Font;
import java.util.List;
import java.util.Optional;

/**
 * How a figure looks: its colours and its lettering.
 *
 * @param background behind everything
 * @param text titles, labels and reference data
 * @param muted tick labels, subtitles and notes
 * @param frame axes and ticks
 * @param gridLine lines across a chart
 * @param cellEdge between the cells of a grid
 * @param missing cells that are NaN
 * @param palette what marks are drawn in, in order; at least one
 * @param dashes for each colour of the palette the lengths of strokes and gaps of its lines; none for solid ones
 * @param colormap what every heatmap is drawn in whatever it asks for; empty to let each have its own
 * @param fontFamily an installed family or one of Java's logical ones, which can draw more scripts
 * @param fontSize of axis labels, in pixels; the rest is relative to it
 */
public record Theme(
        Color background,
        Color text,
        Color muted,
        Color frame,
        Color gridLine,
        Color cellEdge,
        Color missing,
        List<Color> palette,
        List<List<Float>> dashes,
        Optional<Colormap> colormap,
        String fontFamily,
        double fontSize) {
    private static final int HALF = 128;

    /** Dark on white. */
    public static final Theme LIGHT = new Theme(
            Color.WHITE,
            new Color(0x1b1f24),
            new Color(0x57606a),
            new Color(0x8c959f),
            new Color(0xe6e9ed),
            Color.WHITE,
            new Color(0xc9ccd1),
            colors(0x2f6db3, 0xe8833a, 0x2f9c6e, 0x9a5fb0, 0xc94a53, 0x4aa3c7, 0x8a6d3b),
            List.of(),
            Optional.empty(),
            Font.SANS_SERIF,
            12);

    /** Light on black. */
    public static final Theme DARK = new Theme(
            Color.BLACK,
            new Color(0xf0f2f5),
            new Color(0xa4acb6),
            new Color(0x6b7480),
            new Color(0x23282e),
            Color.BLACK,
            new Color(0x5a5f66),
            colors(0x5fa8f0, 0xf59c52, 0x4cc594, 0xc18ae0, 0xf0727a, 0x6fcbe8, 0xcdb277),
            List.of(),
            Optional.empty(),
            Font.SANS_SERIF,
            12);

    /** Black, white and greys, for paper: everything stays apart without colour. */
    public static final Theme PRINT = new Theme(
            Color.WHITE,
            Color.BLACK,
            new Color(0x333333),
            new Color(0x555555),
            new Color(0xe0e0e0),
            Color.WHITE,
            new Color(0xffe8b0),
            colors(0x3a3a3a, 0x8c8c8c, 0x000000, 0xb4b4b4, 0x626262, 0x222222, 0xa0a0a0),
            List.of(
                    List.of(),
                    List.of(7f, 3f),
                    List.of(2f, 3f),
                    List.of(9f, 3f, 2f, 3f),
                    List.of(4f, 2f),
                    List.of(12f, 4f),
                    List.of(1f, 2f)),
            Optional.of(Colormap.GREYS),
            Font.SANS_SERIF,
            12);

    /**
     * Copies the lists and checks what it is given.
     *
     * @param background behind everything
     * @param text titles, labels and reference data
     * @param muted tick labels, subtitles and notes
     * @param frame axes and ticks
     * @param gridLine lines across a chart
     * @param cellEdge between the cells of a grid
     * @param missing cells that are NaN
     * @param palette what marks are drawn in, in order; at least one
     * @param dashes for each colour of the palette the lengths of strokes and gaps of its lines; none for solid ones
     * @param colormap what every heatmap is drawn in whatever it asks for; empty to let each have its own
     * @param fontFamily an installed family or one of Java's logical ones, which can draw more scripts
     * @param fontSize of axis labels, in pixels; the rest is relative to it
     */
    public Theme {
        palette = List.copyOf(palette);
        dashes = dashes.stream().map(List::copyOf).toList();
        if (palette.isEmpty()) {
            throw new BadRequestException("A theme needs at least one colour in its palette.");
        }
        if (!(fontSize >= 4 && fontSize <= 200)) {
            throw new BadRequestException("A theme's font size is 4 to 200 pixels, not " + fontSize + ".");
        }
    }

    private static List<Color> colors(int... rgb) {
        return java.util.Arrays.stream(rgb).mapToObj(Color::new).toList();
    }

    /**
     * {@return the same with lettering of another size}
     *
     * @param newFontSize in pixels
     */
    public Theme fontSize(double newFontSize) {
        return with(colormap, fontFamily, newFontSize);
    }

    /**
     * {@return the same with another family of fonts}
     *
     * @param newFontFamily a family that Java2D knows
     */
    public Theme fontFamily(String newFontFamily) {
        return with(colormap, newFontFamily, fontSize);
    }

    /** {@return the same that leaves every heatmap the colours it asks for} */
    public Theme withoutColormap() {
        return with(Optional.empty(), fontFamily, fontSize);
    }

    /** {@return whether it is light on dark} */
    public boolean isDark() {
        return background.getGreen() < HALF;
    }

    private Theme with(Optional<Colormap> map, String family, double size) {
        return new Theme(
                background, text, muted, frame, gridLine, cellEdge, missing, palette, dashes, map, family, size);
    }
}
