package io.github.residual4j.analysis;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures as CSV (RFC 4180) in tidy form: a row for each place along their common axes, which stand as two columns
 * each, the place counted from 0 and its label, followed by a column for each measure.
 */
final class CsvText {
    private CsvText() {}

    /** @param measures at least one; all along the same axes */
    static String of(List<Measure> measures) {
        List<Axis> axes = measures.get(0).axes();
        StringBuilder text = new StringBuilder();
        List<String> head = new ArrayList<>();
        axes.forEach(axis -> {
            head.add(axis.name() + "_index");
            head.add(axis.name());
        });
        measures.forEach(m -> head.add(m.name()));
        line(head, text);
        int[] index = new int[axes.size()];
        for (int at = 0; at < measures.get(0).values().length; at++) {
            List<String> cells = new ArrayList<>();
            for (int a = 0; a < index.length; a++) {
                cells.add(String.valueOf(index[a]));
                cells.add(axes.get(a).labels().get(index[a]));
            }
            for (Measure measure : measures) {
                double value = measure.values()[at];
                cells.add(measure.isWhole() ? String.valueOf((long) value) : NumberText.of(value));
            }
            line(cells, text);
            for (int a = index.length - 1; a >= 0 && ++index[a] == axes.get(a).length(); a--) {
                index[a] = 0;
            }
        }
        return text.toString();
    }

    private static void line(List<String> cells, StringBuilder text) {
        text.append(String.join(",", cells.stream().map(CsvText::quoted).toList()))
                .append("\r\n");
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain && cell.equals(cell.strip()) ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
