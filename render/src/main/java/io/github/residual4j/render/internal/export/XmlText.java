package io.github.residual4j.render.internal.export;

/** What may stand in XML 1.0 at all, escaped or not (section 2.2 of the recommendation). */
final class XmlText {
    private XmlText() {}

    /** The text with what XML cannot hold replaced by U+FFFD. */
    static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(isAllowed(c) ? c : 0xFFFD));
        return out.toString();
    }

    private static boolean isAllowed(int c) {
        return c == '\t' || c == '\n' || c == '\r' || c >= ' ' && c < 0xD800 || c >= 0xE000 && c < 0xFFFE || c > 0xFFFF;
    }
}
