package io.github.residual4j.render.figures;

import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PrincipalComponents;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The ways of the tokens through the stream. */
final class GeometryFigures {
    private static final int MOST_TOKENS = 16;

    private GeometryFigures() {}

    static Figure of(PrincipalComponents components, Caption caption) {
        double[] ratio = components.explainedRatio().toArray();
        if (ratio.length < 2) {
            throw new BadRequestException("The states of this session lie along " + ratio.length
                    + " directions; trajectories need two principal components.");
        }
        Measure trajectories = components.trajectories();
        List<String> tokens = caption.tokens(trajectories.axes().get(0).labels());
        int step = (tokens.size() + MOST_TOKENS - 1) / MOST_TOKENS;
        Chart ways = Chart.numeric()
                .title("Tokens from embed (○) to the last point (◆)")
                .axes(name(0, ratio), name(1, ratio));
        for (int token = 0; token < tokens.size(); token += step) {
            ways = ways.add(new Mark.Trajectory(
                    along(trajectories, token, 0, ""),
                    along(trajectories, token, 1, tokens.get(token)),
                    Ink.along(caption.scales().palette().shares(), token, tokens.size())));
        }
        Chart explained = Chart.over(IntStream.rangeClosed(1, ratio.length)
                        .mapToObj(Integer::toString)
                        .toList())
                .title("Explained variance")
                .axes("Component", "Share, %")
                .stackedBars(Series.of(
                        "",
                        IntStream.range(0, ratio.length)
                                .mapToDouble(i -> 100 * ratio[i])
                                .toArray()));
        Figure figure = caption.figure(1, 2, "Principal components of the residual stream")
                .size(1120, 560)
                .add(ways, explained);
        return step == 1 ? figure : figure.footnote("One of " + step + " tokens is shown.");
    }

    private static String name(int component, double[] ratio) {
        return String.format(Locale.ROOT, "Component %d (%.1f %%)", component + 1, 100 * ratio[component]);
    }

    private static Series along(Measure trajectories, int token, int component, String name) {
        int points = trajectories.axes().get(1).length();
        return Series.of(
                name,
                IntStream.range(0, points)
                        .mapToDouble(point -> trajectories.value(token, point, component))
                        .toArray());
    }
}
