package io.github.residual4j.render.internal.layout;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.panel.Theme;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.geom.Rectangle2D;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The theme's fonts and how much room text takes in them. */
final class Lettering {
    /** What a text is for; decides its size. */
    enum Style {
        TITLE(1.42, Font.BOLD),
        SUBTITLE(1, Font.PLAIN),
        PANEL_TITLE(1.08, Font.BOLD),
        LABEL(1, Font.PLAIN),
        TICK(0.92, Font.PLAIN),
        NOTE(0.85, Font.PLAIN);

        private final double size;
        private final int weight;

        Style(double size, int weight) {
            this.size = size;
            this.weight = weight;
        }
    }

    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

    private final Map<Style, Font> fonts = new EnumMap<>(Style.class);
    private final SortedSet<String> missingScripts = new TreeSet<>();

    /** @param size what the theme's sizes are multiplied with */
    Lettering(Theme theme, double size) {
        for (Style style : Style.values()) {
            Font font = new Font(theme.fontFamily(), style.weight, 1);
            fonts.put(style, font.deriveFont((float) (theme.fontSize() * style.size * size)));
        }
        requireUsable(font(Style.LABEL));
    }

    /** A JDK without fonts or without the libraries to read them fails in ways that differ from version to version. */
    private static void requireUsable(Font font) {
        try {
            font.getStringBounds("x", CONTEXT);
        } catch (RuntimeException | LinkageError | InternalError e) {
            throw new BadRequestException(
                    "This Java runtime has no font to write with (" + e.getMessage()
                            + "); install fontconfig and a font, with Debian's packages: fontconfig fonts-dejavu-core.",
                    e);
        }
    }

    Font font(Style style) {
        return fonts.get(style);
    }

    double width(String text, Style style) {
        return text.isEmpty() ? 0 : font(style).getStringBounds(text, CONTEXT).getWidth();
    }

    double widest(List<String> texts, Style style) {
        return texts.stream().mapToDouble(text -> width(text, style)).max().orElse(0);
    }

    double ascent(Style style) {
        return font(style).getSize2D() * 0.93;
    }

    double descent(Style style) {
        return font(style).getSize2D() * 0.24;
    }

    /** From one baseline to the next. */
    double height(Style style) {
        return ascent(style) + descent(style);
    }

    /** What a text covers when its baseline begins at the origin. */
    Rectangle2D box(String text, Style style) {
        return new Rectangle2D.Double(0, -ascent(style), width(text, style), height(style));
    }

    String visible(String text, Style style) {
        return VisibleText.of(text, font(style), missingScripts::add);
    }

    /** The scripts of which a character was met that the fonts have no glyph for, by the alphabet. */
    Set<String> missingScripts() {
        return Collections.unmodifiableSet(missingScripts);
    }

    /**
     * The text, or as much of its beginning and end as fits with … between them; empty if not even that fits. What
     * spells out a character or the bytes of one stays whole or is left out.
     */
    String fit(String text, Style style, double room) {
        if (width(text, style) <= room) {
            return text;
        }
        List<String> parts = VisibleText.parts(text);
        int low = 0;
        int high = parts.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (width(shortened(parts, middle), style) <= room) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        String shortest = shortened(parts, Math.max(0, low));
        return width(shortest, style) <= room ? shortest : "";
    }

    private static String shortened(List<String> parts, int kept) {
        int head = (kept + 1) / 2;
        int tail = kept - head;
        return String.join("", parts.subList(0, head)) + "…"
                + String.join("", parts.subList(parts.size() - tail, parts.size()));
    }
}
