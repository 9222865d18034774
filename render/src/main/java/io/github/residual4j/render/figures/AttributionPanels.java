package io.github.residual4j.render.figures;

import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A ledger: what each part of each block wrote, and how it grew along the stream. */
final class AttributionPanels {
    private static final Pattern OF_BLOCK = Pattern.compile("blocks\\.(\\d+)\\.(.+)");

    private AttributionPanels() {}

    static Figure figure(LogitAttribution ledger, int token, Style style) {
        List<String> components = ledger.values().axes().get(1).labels();
        Set<String> parts = new LinkedHashSet<>();
        int blocks = 0;
        StringBuilder rest = new StringBuilder();
        for (String component : components) {
            Matcher block = OF_BLOCK.matcher(component);
            if (block.matches()) {
                parts.add(block.group(2));
                blocks = Math.max(blocks, Integer.parseInt(block.group(1)) + 1);
            } else {
                rest.append(String.format(Locale.ROOT, "%s %.2f, ", component, ledger.value(token, component)));
            }
        }
        List<String> columns = new ArrayList<>(parts);
        double[][] matrix = new double[blocks][columns.size()];
        for (int block = 0; block < blocks; block++) {
            for (int part = 0; part < columns.size(); part++) {
                String component = "blocks." + block + "." + columns.get(part);
                matrix[block][part] = components.contains(component) ? ledger.value(token, component) : 0;
            }
        }
        String sums = String.format(
                        Locale.ROOT,
                        "%ssum %.2f, the model’s own %.2f.",
                        rest,
                        ledger.sum().value(token),
                        ledger.logitDifference().value(token))
                .replace('-', '−');
        String read =
                "read at “" + TokenLabel.of(ledger.sum().axes().get(0).labels().get(token)) + "”";
        return ExperimentFigures.described(
                        Figure.grid(1, 2).add(written(matrix, columns, style.scales()), accumulated(ledger, token)),
                        "Who wrote the logit",
                        ledger,
                        style)
                .subtitle(ledger.view() + ", " + read)
                .footnote(sums)
                .size(1120, Math.max(420, 190 + 30 * blocks));
    }

    private static Heatmap written(double[][] matrix, List<String> columns, Scales scales) {
        List<String> rows =
                IntStream.range(0, matrix.length).mapToObj(block -> "L" + block).toList();
        Heatmap heatmap = Heatmap.of(matrix)
                .title("Written by each part")
                .rowLabels(rows)
                .columnLabels(columns.stream().map(AttributionPanels::name).toList())
                .axes("", "Block")
                .cellText("%.1f");
        return scales.signed(heatmap, "Logits", 1, matrix);
    }

    private static String name(String part) {
        return switch (part) {
            case "attn.bias" -> "bias";
            case "attn_out" -> "attention";
            case "mlp_out" -> "MLP";
            default -> part.replace("attn.head.", "H");
        };
    }

    private static Chart accumulated(LogitAttribution ledger, int token) {
        List<String> points = ledger.accumulated().axes().get(0).labels();
        double[] values = new double[points.size()];
        for (int point = 0; point < values.length; point++) {
            values[point] = ledger.accumulated().value(point, token);
        }
        return Chart.over(points.stream()
                        .map(point -> point.replaceFirst("blocks\\.(\\d+)\\.resid_", "L$1 "))
                        .toList())
                .title("Along the stream")
                .axes("", "Logits so far")
                .line(Series.of("", values), Ink.FIRST, Mark.Symbol.CIRCLE)
                .reference(0);
    }
}
