package io.github.residual4j.render.internal.layout;

import java.awt.Font;
import java.util.Locale;

/** Turns text into something a font can draw and that cannot disturb what stands beside it. */
final class VisibleText {
    private VisibleText() {}

    /** Line breaks become spaces; what has no glyph, or only changes how its neighbours are drawn, is spelled out. */
    static String of(String text, Font font) {
        if (text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> append(out, c, font));
        return out.toString();
    }

    private static void append(StringBuilder out, int codePoint, Font font) {
        if (codePoint == '\n' || codePoint == '\t' || codePoint == '\r') {
            out.append(' ');
        } else if (codePoint == '␣' && !font.canDisplay(codePoint)) {
            out.append('·');
        } else if (isInvisible(codePoint) || !font.canDisplay(codePoint)) {
            out.append(String.format(Locale.ROOT, "U+%04X", codePoint));
        } else {
            out.appendCodePoint(codePoint);
        }
    }

    private static boolean isInvisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            // The two joiners shape Arabic and Indic letters and are kept.
            case Character.FORMAT -> codePoint != 0x200C && codePoint != 0x200D;
            default -> false;
        };
    }
}
