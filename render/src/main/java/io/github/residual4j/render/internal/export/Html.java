package io.github.residual4j.render.internal.export;

import io.github.residual4j.render.color.Colormap;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/** Fills the page templates of this package. */
final class Html {
    private Html() {}

    /** Text as it stands between tags or in a quoted attribute. */
    static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(Character.getType(c) == Character.SURROGATE ? 0xFFFD : c);
            }
        });
        return out.toString();
    }

    /**
     * A template with each {@code {{name}}} replaced, in one pass, so that what is put in is never read as a name.
     *
     * @param values what to put in, already escaped for where it stands
     */
    static byte[] fill(String template, Map<String, String> values) {
        return replaced(read(template), values).getBytes(StandardCharsets.UTF_8);
    }

    /** As {@link #fill}, what stands before one of the names and what stands after it. */
    static String[] around(String name, String template, Map<String, String> values) {
        String text = read(template);
        String mark = "{{" + name + "}}";
        int at = text.indexOf(mark);
        return new String[] {
            replaced(text.substring(0, at), values), replaced(text.substring(at + mark.length()), values)
        };
    }

    private static String replaced(String text, Map<String, String> values) {
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        for (int open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", from)) {
            int close = text.indexOf("}}", open);
            String value = values.get(text.substring(open + 2, close));
            if (value == null) {
                throw new IllegalStateException("Nothing was given for " + text.substring(open, close + 2) + ".");
            }
            out.append(text, from, open).append(value);
            from = close + 2;
        }
        return out.append(text, from, text.length()).toString();
    }

    /** A resource of this package. */
    static String read(String template) {
        try (InputStream in = Html.class.getResourceAsStream(template)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + template + " is not on the class path.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The resource " + template + " cannot be read.", e);
        }
    }

    /** A map's colours one after the other, six digits each. */
    static String colors(Colormap colormap) {
        StringBuilder colors = new StringBuilder();
        for (int i = 0; i < Colormap.SIZE; i++) {
            colors.append(HexFormat.of().toHexDigits(colormap.rgb(i), 6));
        }
        return colors.toString();
    }
}
