package io.github.residual4j.render.figures;

import io.github.residual4j.analysis.MassiveActivation;
import io.github.residual4j.analysis.MassiveActivations;
import io.github.residual4j.analysis.OutlierDimension;
import io.github.residual4j.analysis.OutlierDimensions;
import io.github.residual4j.analysis.TokenStatistics;
import io.github.residual4j.analysis.TopDimensionShare;
import io.github.residual4j.internal.text.Counted;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import io.github.residual4j.render.panel.Shared;
import java.util.List;
import java.util.Map;

/** What a few giant dimensions do to the stream. */
final class OutlierFigures {
    private OutlierFigures() {}

    /** @param shares of the squared norm, by how many dimensions hold them */
    static Figure of(
            TokenStatistics statistics,
            Map<Integer, TopDimensionShare> shares,
            OutlierDimensions dimensions,
            MassiveActivations massive,
            int width,
            Caption caption) {
        List<String> points = MeasurePanels.labels(statistics.l2(), 0);
        return caption.figure(2, 2, "Outlier dimensions and massive activations")
                .share(Shared.X_AXIS)
                .add(
                        largest(statistics, points),
                        kurtosis(statistics, points),
                        shares(shares, points),
                        places(dimensions, massive, points, width))
                .footnote(counted(dimensions, massive));
    }

    /** A dimension that is an outlier at many points is one dimension. */
    private static String counted(OutlierDimensions outliers, MassiveActivations massive) {
        long dimensions = outliers.dimensions().stream()
                .map(OutlierDimension::dimension)
                .distinct()
                .count();
        int places = outliers.dimensions().size();
        return Counted.of(dimensions, "outlier dimension")
                + (places == dimensions ? "" : " at " + Counted.of(places, "place")) + " and "
                + Counted.of(massive.activations().size(), "massive activation") + " in all.";
    }

    private static Chart largest(TokenStatistics statistics, List<String> points) {
        return Chart.over(points)
                .title("Largest magnitude")
                .axes("", "|activation|")
                .yLogarithmic()
                .line(
                        larger(
                                MeasurePanels.perRow("", statistics.max(), MeasurePanels::max),
                                MeasurePanels.perRow("", statistics.min(), MeasurePanels::min)),
                        Ink.FIRST,
                        Mark.Symbol.UP)
                .line(
                        MeasurePanels.perRow("Root mean square", statistics.rms(), MeasurePanels::mean),
                        Ink.SECOND,
                        Mark.Symbol.CIRCLE);
    }

    private static Series larger(Series max, Series min) {
        double[] larger = max.toArray();
        for (int i = 0; i < larger.length; i++) {
            larger[i] = Math.max(Math.abs(larger[i]), Math.abs(min.value(i)));
        }
        return Series.of("Largest of all tokens", larger);
    }

    private static Chart kurtosis(TokenStatistics statistics, List<String> points) {
        return Chart.over(points)
                .title("Kurtosis (3 for a normal distribution)")
                .axes("", "Kurtosis")
                .yLogarithmic()
                .band(
                        MeasurePanels.perRow("", statistics.kurtosis(), MeasurePanels::min),
                        MeasurePanels.perRow("smallest to largest", statistics.kurtosis(), MeasurePanels::max),
                        Ink.THIRD)
                .line(
                        MeasurePanels.perRow("mean over tokens", statistics.kurtosis(), MeasurePanels::mean),
                        Ink.THIRD,
                        Mark.Symbol.DIAMOND)
                .reference(3);
    }

    private static Chart shares(Map<Integer, TopDimensionShare> shares, List<String> points) {
        Chart chart = Chart.over(points)
                .title("Held by the largest dimensions")
                .axes("", "Share of squared norm")
                .yRange(Norm.linear(0, 1));
        int n = 0;
        for (Map.Entry<Integer, TopDimensionShare> share : shares.entrySet()) {
            String name = share.getKey() == 1 ? "largest" : share.getKey() + " largest";
            Series mean = MeasurePanels.perRow(name, share.getValue().share(), MeasurePanels::mean);
            chart = chart.line(mean, Ink.number(n), Mark.Symbol.values()[1 + n]);
            n++;
        }
        return chart;
    }

    private static Chart places(
            OutlierDimensions dimensions, MassiveActivations massive, List<String> points, int width) {
        Chart chart = Chart.over(points)
                .title("Where they are")
                .axes("", "Dimension")
                .yRange(Norm.linear(0, Math.max(1, width - 1)));
        List<OutlierDimension> outliers = dimensions.dimensions();
        if (!outliers.isEmpty()) {
            chart = chart.add(new Mark.Scatter(
                    Series.of(
                            "",
                            outliers.stream()
                                    .mapToDouble(OutlierDimension::point)
                                    .toArray()),
                    Series.of(
                            "Outlier dimension",
                            outliers.stream()
                                    .mapToDouble(OutlierDimension::dimension)
                                    .toArray()),
                    Ink.FIRST,
                    Mark.Symbol.CIRCLE));
        }
        List<MassiveActivation> giants = massive.activations();
        if (!giants.isEmpty()) {
            chart = chart.add(new Mark.Scatter(
                    Series.of(
                            "",
                            giants.stream()
                                    .mapToDouble(MassiveActivation::point)
                                    .toArray()),
                    Series.of(
                            "Massive activation",
                            giants.stream()
                                    .mapToDouble(MassiveActivation::dimension)
                                    .toArray()),
                    Ink.number(4),
                    Mark.Symbol.DIAMOND));
        }
        return chart;
    }
}
