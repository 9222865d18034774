package io.github.residual4j.render.figures;

import io.github.residual4j.analysis.BlockAlignment;
import io.github.residual4j.analysis.BlockMagnitudes;
import io.github.residual4j.analysis.CosineBetweenConsecutivePoints;
import io.github.residual4j.analysis.PointStatistics;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import io.github.residual4j.render.panel.Shared;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The four questions asked of every stream. */
final class NotebookFigures {
    private NotebookFigures() {}

    static Figure of(CosineBetweenConsecutivePoints cosines, Caption caption) {
        Heatmap heatmap = Heatmap.of(cosines.toArray())
                .rowLabels(cosines.transitions())
                .columnLabels(caption.tokens(cosines.tokens()))
                .axes("Token", "Layer transition");
        Scales scales = caption.scales();
        return caption.figure(1, 1, "Cosine similarity between consecutive layers")
                .add(scales.aboveZero(
                        heatmap, "Cosine similarity", scales.palette().cosines(), cosines.toArray()));
    }

    static Figure of(PointStatistics s, Caption caption) {
        List<String> points = s.points();
        return caption.figure(2, 2, "Activation statistics per layer")
                .share(Shared.X_AXIS)
                .add(
                        Chart.over(points)
                                .title("Mean activation")
                                .axes("", "Mean")
                                .reference(0)
                                .line(Series.of("", s.mean()), Ink.FIRST, Mark.Symbol.CIRCLE),
                        Chart.over(points)
                                .title("Standard deviation")
                                .axes("", "Std deviation")
                                .line(Series.of("", s.std()), Ink.SECOND, Mark.Symbol.SQUARE),
                        Chart.over(points)
                                .title("Range")
                                .axes("", "Activation")
                                .band(Series.of("", s.min()), Series.of("", s.max()), Ink.FIRST)
                                .line(Series.of("Max", s.max()), Ink.SECOND, Mark.Symbol.UP)
                                .line(Series.of("Min", s.min()), Ink.FIRST, Mark.Symbol.DOWN),
                        Chart.over(points)
                                .title("Mean absolute activation")
                                .axes("", "Mean |activation|")
                                .line(Series.of("", s.absMean()), Ink.THIRD, Mark.Symbol.DIAMOND));
    }

    static Figure of(BlockMagnitudes m, Caption caption) {
        List<String> blocks = m.blocks();
        return caption.figure(2, 2, "Residual stream against attention and MLP outputs")
                .add(
                        Chart.over(blocks)
                                .title("L2 norm, mean over tokens")
                                .axes("Block", "L2 norm")
                                .line(Series.of("Residual stream", m.residual()), Ink.TEXT, Mark.Symbol.CIRCLE)
                                .line(Series.of("Attention output", m.attention()), Ink.FIRST, Mark.Symbol.SQUARE)
                                .line(Series.of("MLP output", m.mlp()), Ink.SECOND, Mark.Symbol.UP),
                        caption.scales().ratios(ratios(blocks, m), m.attentionRatio(), m.mlpRatio()),
                        Chart.over(blocks)
                                .title("Attention + MLP against the residual stream")
                                .axes("Block", "L2 norm")
                                .stackedBars(Series.of("Attention", m.attention()), Series.of("MLP", m.mlp()))
                                .line(Series.of("Residual stream", m.residual()), Ink.TEXT, Mark.Symbol.CIRCLE),
                        Chart.over(blocks)
                                .title("Relative contribution")
                                .axes("Block", "Share, %")
                                .yRange(Norm.linear(0, 100))
                                .stackedBars(
                                        Series.of("Attention", m.attentionPercent()), Series.of("MLP", m.mlpPercent()))
                                .reference(50));
    }

    private static Chart ratios(List<String> blocks, BlockMagnitudes m) {
        return Chart.over(blocks)
                .title("Output relative to the residual stream")
                .axes("Block", "Ratio")
                .line(Series.of("Attention / residual", m.attentionRatio()), Ink.FIRST, Mark.Symbol.SQUARE)
                .line(Series.of("MLP / residual", m.mlpRatio()), Ink.SECOND, Mark.Symbol.UP);
    }

    static Figure of(BlockAlignment alignment, Caption caption) {
        return caption.figure(1, 2, "Cosine similarity of the residual stream with what is added to it")
                .size(1120, 480)
                .share(Shared.Y_AXIS, Shared.COLOR_BAR)
                .add(
                        aligned(alignment, alignment.residualAttention(), caption)
                                .title("Residual · attention output"),
                        aligned(alignment, alignment.residualMlp(), caption).title("Residual · MLP output"));
    }

    private static Heatmap aligned(BlockAlignment alignment, double[][] cosines, Caption caption) {
        Heatmap heatmap = Heatmap.of(cosines)
                .rowLabels(alignment.blocks())
                .columnLabels(caption.tokens(alignment.tokens()))
                .axes("Token", "Block");
        double[][] both = Stream.of(alignment.residualAttention(), alignment.residualMlp())
                .flatMap(Arrays::stream)
                .toArray(double[][]::new);
        return caption.scales().signed(heatmap, "Cosine similarity", 1, both);
    }
}
