package io.github.residual4j.render.figures;

import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.StreamDrift;
import io.github.residual4j.internal.text.Counted;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import io.github.residual4j.render.panel.Shared;
import java.util.List;

/** How far statistics have drifted from a baseline, point by point. */
final class DriftPanels {
    private DriftPanels() {}

    static Figure figure(StreamDrift drift, Style style) {
        Figure panels = Figure.grid(2, 2)
                .share(Shared.X_AXIS)
                .add(
                        over(drift.score(), "Score: drift is above 1", "Times the threshold", 1)
                                .line(series("", drift.score()), Ink.FIRST, Mark.Symbol.CIRCLE),
                        over(drift.meanDifference(), "Difference of means", "Standard deviations", 0)
                                .line(series("All values", drift.meanDifference()), Ink.FIRST, Mark.Symbol.CIRCLE)
                                .line(series("L2 norm", drift.normDifference()), Ink.SECOND, Mark.Symbol.SQUARE),
                        over(drift.stdRatio(), "Standard deviation over the baseline’s", "Ratio", 1)
                                .line(series("", drift.stdRatio()), Ink.THIRD, Mark.Symbol.DIAMOND),
                        over(drift.quantileDistance(), "Distance of quantiles", "Standard deviations", 0)
                                .line(series("", drift.quantileDistance()), Ink.FOURTH, Mark.Symbol.UP));
        return ExperimentFigures.described(panels, "Drift from a baseline", drift, style)
                .footnote(told(drift));
    }

    private static Chart over(Measure measure, String title, String label, double reference) {
        List<String> points = MeasurePanels.labels(measure, 0);
        return Chart.over(points).title(title).axes("", label).reference(reference);
    }

    private static Series series(String name, Measure measure) {
        return Series.of(name, measure.toArray());
    }

    private static String told(StreamDrift drift) {
        int count = drift.findings().size();
        return count == 0
                ? "Nothing is beyond its threshold."
                : Counted.of(count, "measure") + (count == 1 ? " is" : " are") + " beyond the threshold, first "
                        + drift.findings().get(0) + ".";
    }
}
