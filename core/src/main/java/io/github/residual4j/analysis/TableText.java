package io.github.residual4j.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Lays measures out as text a person reads: rows and columns with labels, long ones shortened in the middle. */
final class TableText {
    private static final int MAX_ROWS = 60;
    private static final int MAX_COLUMNS = 12;
    private static final int MAX_LABEL = 40;

    private TableText() {}

    /** Measures along one and the same axis stand side by side; others below one another. */
    static String of(List<Measure> measures) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < measures.size()) {
            Measure first = measures.get(at);
            int end = at + 1;
            if (first.axes().size() == 1) {
                while (end < measures.size() && measures.get(end).axes().equals(first.axes())) {
                    end++;
                }
                columns(first.axes().get(0), measures.subList(at, end), text);
            } else {
                matrices(first, text);
            }
            at = end;
        }
        return text.toString();
    }

    private static void columns(Axis rows, List<Measure> measures, StringBuilder text) {
        List<List<String>> cells = new ArrayList<>();
        List<String> head = new ArrayList<>();
        head.add(rows.name());
        measures.forEach(m -> head.add(m.unit().isEmpty() ? m.name() : m.name() + " [" + m.unit() + "]"));
        cells.add(head);
        for (int row : shown(rows.length(), MAX_ROWS)) {
            List<String> line = new ArrayList<>();
            line.add(row < 0 ? "…" : label(rows.labels().get(row)));
            measures.forEach(m -> line.add(row < 0 ? "…" : number(m, m.value(row))));
            cells.add(line);
        }
        align(cells, text);
    }

    private static void matrices(Measure measure, StringBuilder text) {
        List<Axis> axes = measure.axes();
        Axis rows = axes.get(axes.size() - 2);
        Axis columns = axes.get(axes.size() - 1);
        int pages = axes.size() == 3 ? axes.get(0).length() : 1;
        for (int page : shown(pages, MAX_COLUMNS)) {
            text.append(measure.name());
            if (!measure.unit().isEmpty()) {
                text.append(" [").append(measure.unit()).append(']');
            }
            if (page < 0) {
                text.append(" …\n");
                continue;
            }
            if (axes.size() == 3) {
                text.append(", ")
                        .append(axes.get(0).name())
                        .append(' ')
                        .append(label(axes.get(0).labels().get(page)));
            }
            text.append('\n');
            List<List<String>> cells = new ArrayList<>();
            List<String> head = new ArrayList<>();
            head.add(rows.name() + " \\ " + columns.name());
            int[] shownColumns = shown(columns.length(), MAX_COLUMNS);
            IntStream.of(shownColumns)
                    .forEach(c -> head.add(c < 0 ? "…" : label(columns.labels().get(c))));
            cells.add(head);
            for (int row : shown(rows.length(), MAX_ROWS)) {
                List<String> line = new ArrayList<>();
                line.add(row < 0 ? "…" : label(rows.labels().get(row)));
                for (int column : shownColumns) {
                    line.add(row < 0 || column < 0 ? "…" : number(measure, value(measure, page, row, column)));
                }
                cells.add(line);
            }
            align(cells, text);
        }
    }

    private static double value(Measure measure, int page, int row, int column) {
        return measure.axes().size() == 3 ? measure.value(page, row, column) : measure.value(row, column);
    }

    /** All places, or the first and last of many with -1 for those left out between. */
    private static int[] shown(int length, int max) {
        if (length <= max) {
            return IntStream.range(0, length).toArray();
        }
        int head = max / 2;
        int tail = max - head - 1;
        return IntStream.concat(
                        IntStream.concat(IntStream.range(0, head), IntStream.of(-1)),
                        IntStream.range(length - tail, length))
                .toArray();
    }

    private static String label(String label) {
        String plain = label.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
        int length = plain.codePointCount(0, plain.length());
        return length <= MAX_LABEL ? plain : plain.substring(0, plain.offsetByCodePoints(0, MAX_LABEL - 1)) + "…";
    }

    private static String number(Measure measure, double value) {
        return measure.isWhole() ? String.valueOf((long) value) : number(value);
    }

    /** Four significant digits. */
    static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
        }
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-4 || size >= 1e7)) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        int whole = size == 0 ? 1 : (int) Math.floor(StrictMath.log10(size)) + 1;
        return String.format(Locale.ROOT, "%." + Math.max(0, 4 - whole) + "f", value);
    }

    private static void align(List<List<String>> cells, StringBuilder text) {
        int columns = cells.get(0).size();
        int[] width = new int[columns];
        cells.forEach(line ->
                IntStream.range(0, columns).forEach(c -> width[c] = Math.max(width[c], width(line.get(c)))));
        for (List<String> line : cells) {
            StringBuilder out = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                String padding = " ".repeat(width[c] - width(line.get(c)));
                out.append(c == 0 ? line.get(c) + padding : "  " + padding + line.get(c));
            }
            text.append(out.toString().stripTrailing()).append('\n');
        }
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
