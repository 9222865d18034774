package io.github.residual4j.render.internal.export;

import io.github.residual4j.render.panel.Panel;
import java.util.List;
import java.util.Map;

/** The page that shows the pictures of a folder together, with the numbers behind them. */
public final class IndexPage {
    /**
     * A picture beside the page.
     *
     * @param file its name
     * @param caption what it shows
     * @param panels whose numbers are listed under it
     */
    public record Picture(String file, String caption, List<Panel> panels) {
        public Picture {
            panels = List.copyOf(panels);
        }
    }

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
            figures.append("<figure>\n<a href=\"" + file + "\"><img loading=\"lazy\" src=\"" + file + "\" alt=\""
                    + caption + "\"></a>\n<figcaption>" + caption + "</figcaption>\n");
            if (!picture.panels().isEmpty()) {
                figures.append("<details><summary>Numbers</summary>\n");
                picture.panels().forEach(panel -> figures.append(NumbersTable.of(panel)));
                figures.append("</details>\n");
            }
            figures.append("</figure>\n");
        }
        StringBuilder paragraphs = new StringBuilder();
        notes.forEach(note -> paragraphs
                .append("<p class=\"note\">")
                .append(Html.escape(note))
                .append("</p>\n"));
        return Html.fill(
                "index.html",
                Map.of(
                        "heading", Html.escape(heading),
                        "figures", figures.toString(),
                        "notes", paragraphs.toString()));
    }
}
