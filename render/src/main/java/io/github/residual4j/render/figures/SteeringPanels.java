package io.github.residual4j.render.figures;

import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.SteeringEffect;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import java.util.List;

/** A steering vector block by block, and what it does with each coefficient. */
final class SteeringPanels {
    private static final List<Mark.Symbol> SYMBOLS =
            List.of(Mark.Symbol.CIRCLE, Mark.Symbol.SQUARE, Mark.Symbol.UP, Mark.Symbol.DIAMOND, Mark.Symbol.DOWN);

    private SteeringPanels() {}

    static Figure figure(SteeringEffect effect, Style style) {
        Chart norms = Chart.over(MeasurePanels.labels(effect.norm(), 0))
                .title("L2 norm of the direction")
                .axes("Block", "L2 norm")
                .line(Series.of("", effect.norm().toArray()), Ink.FIRST, Mark.Symbol.CIRCLE);
        Heatmap cosines = style.scales()
                .cosines(
                        MeasurePanels.heatmap(effect.cosine()).title("Directions of two blocks"),
                        "Cosine similarity",
                        effect.cosine().toArray());
        return ExperimentFigures.described(
                        Figure.grid(2, 2).add(norms, cosines, answers(effect), change(effect)),
                        "Steering by a vector",
                        effect,
                        style)
                .size(1120, 760);
    }

    private static Chart answers(SteeringEffect effect) {
        Measure logs = effect.logProbability();
        Chart chart = Chart.numeric().title("The answers as next token").axes("Coefficient", "Log-probability, nats");
        List<String> names = MeasurePanels.labels(logs, 0);
        for (int answer = 0; answer < names.size(); answer++) {
            chart = chart.add(new Mark.Line(
                    coefficients(logs, 1),
                    Series.of(TokenLabel.of(names.get(answer)), logs.toMatrix()[answer]),
                    Ink.number(answer),
                    SYMBOLS.get(answer % SYMBOLS.size())));
        }
        return chart;
    }

    private static Chart change(SteeringEffect effect) {
        Measure divergence = effect.klFromUnsteered();
        return Chart.numeric()
                .title("How far the next token's distribution moves")
                .axes("Coefficient", "KL divergence, nats")
                .add(new Mark.Line(
                        coefficients(divergence, 0),
                        Series.of("", divergence.toArray()),
                        Ink.SECOND,
                        Mark.Symbol.CIRCLE));
    }

    private static Series coefficients(Measure measure, int axis) {
        return Series.of(
                "",
                measure.axes().get(axis).labels().stream()
                        .mapToDouble(Double::parseDouble)
                        .toArray());
    }
}
