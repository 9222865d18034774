package io.github.residual4j.render.internal.export;

import io.github.residual4j.render.panel.Panel;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The report of an analysis: what stands out, then the pictures of a folder with the numbers behind them. */
public final class IndexPage {
    /** From here on a page is quicker with the PNG beside it. */
    private static final int LARGEST_SVG = 400_000;

    /**
     * A picture beside the page.
     *
     * @param file its name
     * @param caption what it shows
     * @param width in pixels
     * @param height in pixels
     * @param svg the picture in the light and in the dark theme; empty for one that is shown as its file
     * @param panels whose numbers are listed under it
     */
    public record Picture(String file, String caption, int width, int height, List<byte[]> svg, List<Panel> panels) {
        public Picture {
            svg = List.copyOf(svg);
            panels = List.copyOf(panels);
        }
    }

    /**
     * What the report is of.
     *
     * @param model what is it called
     * @param text that was read; blank when it is not known
     * @param size of the session, and what of it was looked at
     * @param summary what stands out, a sentence each
     */
    public record Subject(String model, String text, String size, List<String> summary) {
        public Subject {
            summary = List.copyOf(summary);
        }
    }

    private IndexPage() {}

    /**
     * The page as UTF-8.
     *
     * @param notes what else the reader should know, such as pictures that could not be made and why
     */
    public static byte[] encode(Subject subject, List<Picture> pictures, List<String> notes) {
        String text = Html.escape(subject.text());
        return Html.fill(
                "index.html",
                Map.of(
                        "model",
                        Html.escape(subject.model()),
                        "text",
                        text.isBlank() ? "" : "<blockquote><bdi>" + text + "</bdi></blockquote>\n",
                        "size",
                        Html.escape(subject.size()),
                        "summary",
                        each(subject.summary(), sentence -> "<li><bdi>" + Html.escape(sentence) + "</bdi></li>\n"),
                        "contents",
                        each(
                                pictures,
                                picture -> "<li><a href=\"#" + id(picture) + "\"><bdi>" + Html.escape(picture.caption())
                                        + "</bdi></a></li>\n"),
                        "figures",
                        each(pictures, IndexPage::figure),
                        "notes",
                        each(notes, note -> "<p class=\"note\">" + Html.escape(note) + "</p>\n")));
    }

    private static <T> String each(List<T> items, Function<T, String> html) {
        return items.stream().map(html).collect(Collectors.joining());
    }

    private static String id(Picture picture) {
        return Html.escape(picture.file().substring(0, picture.file().lastIndexOf('.')));
    }

    private static String figure(Picture picture) {
        String file = Html.escape(picture.file());
        String caption = Html.escape(picture.caption());
        StringBuilder figure = new StringBuilder("<figure id=\"" + id(picture) + "\">\n<h2><bdi>" + caption
                + "</bdi></h2>\n" + shown(picture) + "<figcaption><a href=\"" + file + "\">" + file
                + "</a></figcaption>\n");
        if (!picture.panels().isEmpty()) {
            figure.append("<details><summary>Numbers</summary>\n");
            picture.panels().forEach(panel -> figure.append(NumbersTable.of(panel)));
            figure.append("</details>\n");
        }
        return figure.append("</figure>\n").toString();
    }

    private static String shown(Picture picture) {
        boolean small = picture.svg().stream().allMatch(svg -> svg.length <= LARGEST_SVG);
        if (!picture.svg().isEmpty() && small) {
            return InlineSvg.of(picture.svg().get(0), id(picture) + "-light-", "light") + "\n"
                    + InlineSvg.of(picture.svg().get(1), id(picture) + "-dark-", "dark") + "\n";
        }
        return "<img loading=\"lazy\" src=\"" + Html.escape(picture.file()) + "\" width=\"" + picture.width()
                + "\" height=\"" + picture.height() + "\" alt=\"" + Html.escape(picture.caption()) + "\">\n";
    }
}
