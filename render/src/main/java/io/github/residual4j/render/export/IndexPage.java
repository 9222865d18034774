package io.github.residual4j.render.export;

import java.util.List;
import java.util.Map;

/** The page that shows the pictures of a folder together. */
public final class IndexPage {
    /** A picture beside the page. @param file its name @param caption what it shows */
    public record Picture(String file, String caption) {}

    private IndexPage() {}

    /**
     * The page as UTF-8.
     *
     * @param notes what else the reader should know, such as pictures that could not be made and why
     */
    public static byte[] encode(String heading, List<Picture> pictures, List<String> notes) {
        StringBuilder figures = new StringBuilder();
        for (Picture picture : pictures) {
            String file = Html.escape(picture.file());
            String caption = Html.escape(picture.caption());
            figures.append("<figure>")
                    .append("<a href=\"" + file + "\"><img src=\"" + file + "\" alt=\"" + caption + "\"></a>")
                    .append("<figcaption>" + caption + "</figcaption></figure>\n");
        }
        StringBuilder paragraphs = new StringBuilder();
        notes.forEach(note -> paragraphs.append("<p>").append(Html.escape(note)).append("</p>\n"));
        return Html.fill(
                "index.html",
                Map.of("heading", Html.escape(heading), "figures", figures.toString(), "notes", paragraphs.toString()));
    }
}
