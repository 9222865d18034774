package io.github.residual4j.render.figures;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Series;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Panels of a measure as it comes from an analysis. */
final class MeasurePanels {
    private MeasurePanels() {}

    /** A measure of two axes as cells, its rows from above. */
    static Heatmap heatmap(Measure measure) {
        return Heatmap.of(measure.toMatrix())
                .rowLabels(labels(measure, 0))
                .columnLabels(labels(measure, 1))
                .axes(name(measure, 1), name(measure, 0));
    }

    /** A measure of something × tokens of a session. */
    static Heatmap ofTokens(Measure measure, Caption caption) {
        return heatmap(measure)
                .columnLabels(caption.tokens(measure.axes().get(1).labels()));
    }

    static List<String> labels(Measure measure, int axis) {
        Axis of = measure.axes().get(axis);
        return of.name().equals("token") ? TokenLabel.of(of.labels()) : of.labels();
    }

    private static String name(Measure measure, int axis) {
        String name = measure.axes().get(axis).name();
        return name.isEmpty() ? "" : Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** One number for each row, from the finite values of the row; NaN where there is none. */
    static Series perRow(String name, Measure measure, ToDoubleFunction<double[]> reduce) {
        return Series.of(
                name,
                Arrays.stream(measure.toMatrix())
                        .map(row -> Arrays.stream(row).filter(Double::isFinite).toArray())
                        .mapToDouble(finite -> finite.length == 0 ? Double.NaN : reduce.applyAsDouble(finite))
                        .toArray());
    }

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    static double min(double[] values) {
        return Arrays.stream(values).min().orElse(Double.NaN);
    }

    static double max(double[] values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }
}
