package io.github.residual4j.examples.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/**
 * What goes to a terminal, with every control character spelled out but line ends and tabs: texts, names and paths come
 * from files, and an escape sequence in one could move the cursor, rename the window or hide a line.
 */
final class TerminalText extends FilterWriter {
    private static final String KEPT = "\n\t" + System.lineSeparator();

    TerminalText(Writer out) {
        super(out);
    }

    /** A text with its control characters spelled out, line ends too. */
    static String oneLine(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(shown, c, ""));
        return shown.toString();
    }

    /** @param kept control characters that stay as they are */
    private static void append(StringBuilder shown, int c, String kept) {
        boolean control = Character.isISOControl(c) && kept.indexOf(c) < 0;
        boolean turnsText = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069; // the direction of what follows
        if (control || turnsText || c == 0x2028 || c == 0x2029) {
            shown.append(String.format("\\u%04x", c));
        } else {
            shown.appendCodePoint(c);
        }
    }

    @Override
    public void write(int c) throws IOException {
        write(new char[] {(char) c}, 0, 1);
    }

    @Override
    public void write(char[] text, int from, int count) throws IOException {
        StringBuilder shown = new StringBuilder(count);
        for (int i = from; i < from + count; i++) {
            append(shown, text[i], KEPT);
        }
        out.write(shown.toString());
    }

    @Override
    public void write(String text, int from, int count) throws IOException {
        write(text.toCharArray(), from, count);
    }
}
