package io.github.residual4j.render.internal.export;

import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Panel;
import io.github.residual4j.render.panel.Series;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The numbers behind a panel as a table of HTML. */
final class NumbersTable {
    private static final int MOST_CELLS = 6000;
    private static final int DIGITS = 7;

    /** After the point of a number that is told in full; what is smaller is told by fewer digits. */
    private static final int MOST_ZEROS = 6;

    private NumbersTable() {}

    static String of(Panel panel) {
        if (panel instanceof Heatmap heatmap) {
            return heatmap(heatmap);
        }
        return chart((Chart) panel);
    }

    private static String heatmap(Heatmap heatmap) {
        List<String> header = heatmap.columnLabels().isEmpty()
                ? IntStream.range(0, heatmap.columns())
                        .mapToObj(Integer::toString)
                        .toList()
                : heatmap.columnLabels();
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < heatmap.rows() && heatmap.count() <= MOST_CELLS; row++) {
            List<String> cells = new ArrayList<>();
            cells.add(
                    heatmap.rowLabels().isEmpty()
                            ? Integer.toString(row)
                            : heatmap.rowLabels().get(row));
            for (int column = 0; column < heatmap.columns(); column++) {
                cells.add(heatmap.hasValue(row, column) ? Double.toString(heatmap.value(row, column)) : "");
            }
            rows.add(cells);
        }
        return heatmap.count() > MOST_CELLS
                ? tooMany(heatmap.title(), heatmap.count())
                : table(heatmap.title(), header, rows);
    }

    private static String chart(Chart chart) {
        List<String> places = chart.x().categories();
        StringBuilder out = new StringBuilder();
        List<String> header = new ArrayList<>();
        List<Series> columns = new ArrayList<>();
        for (Mark mark : chart.marks()) {
            if (mark instanceof Mark.Line line && !places.isEmpty()) {
                add(line.y(), "value", header, columns);
            } else if (mark instanceof Mark.Band band && !places.isEmpty()) {
                add(band.low(), "from", header, columns);
                add(band.high(), "to", header, columns);
            } else if (mark instanceof Mark.StackedBars bars && !places.isEmpty()) {
                bars.parts().forEach(part -> add(part, "value", header, columns));
            } else if (mark instanceof Mark.Line line) {
                out.append(pairs(line.y().name(), line.x(), line.y()));
            } else if (mark instanceof Mark.Scatter scatter) {
                out.append(pairs(scatter.y().name(), scatter.x(), scatter.y()));
            } else if (mark instanceof Mark.Trajectory trajectory) {
                out.append(pairs(trajectory.y().name(), trajectory.x(), trajectory.y()));
            } else if (mark instanceof Mark.Histogram histogram) {
                out.append(pairs(histogram.counts().name(), histogram.edges(), histogram.counts()));
            }
        }
        if (!columns.isEmpty()) {
            List<List<String>> rows = new ArrayList<>();
            for (int place = 0; place < places.size(); place++) {
                List<String> cells = new ArrayList<>(List.of(places.get(place)));
                for (Series column : columns) {
                    cells.add(Double.toString(column.value(place)));
                }
                rows.add(cells);
            }
            out.append(table(chart.title(), header, rows));
        }
        return out.toString();
    }

    private static void add(Series series, String otherwise, List<String> header, List<Series> columns) {
        header.add(series.name().isBlank() ? otherwise : series.name());
        columns.add(series);
    }

    private static String pairs(String name, Series x, Series y) {
        if (y.size() > MOST_CELLS) {
            return tooMany(name, y.size());
        }
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < y.size(); i++) {
            rows.add(new ArrayList<>(
                    List.of(Integer.toString(i), Double.toString(x.value(i)), Double.toString(y.value(i)))));
        }
        return table(name, List.of("x", "y"), rows);
    }

    /** A column's numbers with so many decimals that the largest has seven digits, which is what float32 states have. */
    private static void align(List<List<String>> rows, int column) {
        double largest = 0;
        boolean whole = true;
        for (List<String> row : rows) {
            double value = row.get(column).isEmpty() ? 0 : Double.parseDouble(row.get(column));
            if (Double.isFinite(value)) {
                largest = Math.max(largest, Math.abs(value));
                whole &= value == Math.rint(value);
            }
        }
        int digits = largest == 0 ? 1 : (int) Math.floor(Math.log10(largest)) + 1;
        int decimals = whole ? 0 : Math.max(0, DIGITS - Math.max(digits, -MOST_ZEROS));
        for (List<String> row : rows) {
            String cell = row.get(column);
            if (!cell.isEmpty() && Double.isFinite(Double.parseDouble(cell))) {
                row.set(
                        column,
                        new BigDecimal(cell)
                                .setScale(decimals, RoundingMode.HALF_EVEN)
                                .toPlainString());
            }
        }
    }

    private static String tooMany(String title, int count) {
        return "<p>" + Html.escape(title) + ": " + count
                + " values, too many to list here; the analysis writes them as CSV.</p>\n";
    }

    private static String table(String title, List<String> header, List<List<String>> rows) {
        for (int column = 1; column <= header.size(); column++) {
            align(rows, column);
        }
        StringBuilder out = new StringBuilder("<div class=\"wide\"><table>\n");
        if (!title.isBlank()) {
            out.append("<caption>").append(Html.escape(title)).append("</caption>\n");
        }
        out.append("<tr><td></td>");
        header.forEach(name ->
                out.append("<th scope=\"col\"><bdi>").append(Html.escape(name)).append("</bdi></th>"));
        out.append("</tr>\n");
        for (List<String> row : rows) {
            out.append("<tr><th scope=\"row\"><bdi>")
                    .append(Html.escape(row.get(0)))
                    .append("</bdi></th>");
            row.subList(1, row.size())
                    .forEach(cell -> out.append("<td>").append(cell).append("</td>"));
            out.append("</tr>\n");
        }
        return out.append("</table></div>\n").toString();
    }
}
