package io.github.residual4j.render.internal.layout;

import java.awt.Font;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Turns text into something a font can draw and that cannot disturb what stands beside it. */
final class VisibleText {
    /** A character that is spelled out, the bytes of a part of one, or any other character. */
    private static final Pattern PART =
            Pattern.compile("U\\+[0-9A-F]{4,6}|[⟨<][0-9A-F]{2}(?:[ \u00A0][0-9A-F]{2})*[⟩>]|.", Pattern.DOTALL);

    private VisibleText() {}

    /** The text in parts that must not be cut. */
    static List<String> parts(String text) {
        return PART.matcher(text).results().map(MatchResult::group).toList();
    }

    /**
     * Line breaks become spaces; what has no glyph, or only changes how its neighbours are drawn, is spelled out.
     *
     * @param missing is told the script of each character without a glyph
     */
    static String of(String text, Font font, Consumer<String> missing) {
        if (text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> append(out, c, font, missing));
        return out.toString();
    }

    private static void append(StringBuilder out, int codePoint, Font font, Consumer<String> missing) {
        if (codePoint == '\n' || codePoint == '\t' || codePoint == '\r') {
            out.append(' ');
        } else if (codePoint == '␣' && !font.canDisplay(codePoint)) {
            out.append('·');
        } else if (isBracket(codePoint) && !font.canDisplay(codePoint)) {
            out.append(codePoint == '⟨' ? '<' : '>');
        } else if (isInvisible(codePoint)) {
            out.append(String.format(Locale.ROOT, "U+%04X", codePoint));
        } else if (!font.canDisplay(codePoint)) {
            out.append(String.format(Locale.ROOT, "U+%04X", codePoint));
            missing.accept(script(codePoint));
        } else {
            out.appendCodePoint(codePoint);
        }
    }

    /** Around bytes. */
    private static boolean isBracket(int codePoint) {
        return codePoint == '⟨' || codePoint == '⟩';
    }

    /** Such as {@code Han} or {@code Arabic}; {@code symbols} for what many scripts share. */
    private static String script(int codePoint) {
        Character.UnicodeScript script = Character.UnicodeScript.of(codePoint);
        if (script == Character.UnicodeScript.COMMON || script == Character.UnicodeScript.INHERITED) {
            return "symbols";
        }
        String name = script.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
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
