package io.github.residual4j.render.internal.export;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A picture that stands inside a page. */
final class InlineSvg {
    private static final Pattern NAMED = Pattern.compile("(\\sid=\"|url\\(#|href=\"#)([^\"#)]*)");

    private InlineSvg() {}

    /**
     * The root element alone, of a class, with names of its own for what it refers to: a page may hold many.
     *
     * @param svg a document of this package's
     * @param prefix put before each name
     */
    static String of(byte[] svg, String prefix, String cssClass) {
        String text = new String(svg, StandardCharsets.UTF_8);
        String root = text.substring(text.indexOf("<svg"));
        String named = NAMED.matcher(root)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(1) + prefix + found.group(2)));
        return "<svg class=\"" + cssClass + "\"" + named.substring("<svg".length());
    }
}
