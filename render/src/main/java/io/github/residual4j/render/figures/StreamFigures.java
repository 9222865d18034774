package io.github.residual4j.render.figures;

import io.github.residual4j.analysis.CosineBetweenAllPoints;
import io.github.residual4j.analysis.CosineWithEnds;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PointSimilarity;
import io.github.residual4j.analysis.SingularSpectra;
import io.github.residual4j.analysis.TokenStatistics;
import io.github.residual4j.analysis.UpdateGeometry;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import io.github.residual4j.render.panel.Shared;

/** Questions about how large the states of the stream are and which way they point. */
final class StreamFigures {
    private StreamFigures() {}

    static Figure of(TokenStatistics statistics, Caption caption) {
        Measure l2 = statistics.l2();
        return caption.figure(1, 2, "L2 norm of the residual stream")
                .size(1120, 560)
                .add(
                        Chart.over(MeasurePanels.labels(l2, 0))
                                .title("Over all tokens")
                                .axes("", "L2 norm")
                                .yLogarithmic()
                                .band(
                                        MeasurePanels.perRow("", l2, MeasurePanels::min),
                                        MeasurePanels.perRow("smallest to largest", l2, MeasurePanels::max),
                                        Ink.FIRST)
                                .line(
                                        MeasurePanels.perRow("mean", l2, MeasurePanels::mean),
                                        Ink.FIRST,
                                        Mark.Symbol.CIRCLE),
                        MeasurePanels.heatmap(l2)
                                .title("Of each token")
                                .axes("Token", "")
                                .colors(Colormap.INFERNO, MeasurePanels.positive(l2), "L2 norm"));
    }

    static Figure of(CosineBetweenAllPoints cosines, Caption caption) {
        return caption.figure(1, 1, "Cosine similarity between every two layers, mean over tokens")
                .size(980, 800)
                .add(MeasurePanels.heatmap(cosines.mean())
                        .axes("", "")
                        .cellText("%.2f")
                        .colors(Colormap.RD_BU_R, Norm.symmetric(1), "Cosine similarity"));
    }

    static Figure of(PointSimilarity similarity, Caption caption) {
        return caption.figure(1, 1, "Linear CKA between every two layers")
                .size(980, 800)
                .add(MeasurePanels.heatmap(similarity.cka())
                        .axes("", "")
                        .cellText("%.2f")
                        .colors(Colormap.VIRIDIS, Norm.linear(0, 1), "CKA"));
    }

    static Figure of(CosineWithEnds cosines, Caption caption) {
        return caption.figure(1, 2, "Cosine similarity of each layer with the first and the last")
                .size(1120, 560)
                .share(Shared.Y_AXIS, Shared.COLOR_BAR)
                .add(
                        MeasurePanels.heatmap(cosines.embed())
                                .title("With embed")
                                .axes("Token", "")
                                .colors(Colormap.RD_BU_R, Norm.symmetric(1), "Cosine similarity"),
                        MeasurePanels.heatmap(cosines.last())
                                .title("With the last point")
                                .axes("Token", "")
                                .colors(Colormap.RD_BU_R, Norm.symmetric(1), "Cosine similarity"));
    }

    static Figure of(UpdateGeometry updates, Caption caption) {
        return caption.figure(1, 3, "How far each block turns the stream")
                .size(1120, 480)
                .share(Shared.Y_AXIS)
                .add(
                        MeasurePanels.heatmap(updates.attentionAngle())
                                .title("Attention")
                                .colors(Colormap.MAGMA, Norm.linear(0, 90), "Angle, °"),
                        MeasurePanels.heatmap(updates.mlpAngle())
                                .title("MLP")
                                .colors(Colormap.MAGMA, Norm.linear(0, 90), "Angle, °"),
                        MeasurePanels.heatmap(updates.attentionMlpCosine())
                                .title("Attention · MLP output")
                                .colors(Colormap.RD_BU_R, Norm.symmetric(1), "Cosine similarity"));
    }

    static Figure of(SingularSpectra spectra, Caption caption) {
        Measure values = spectra.singularValues();
        return caption.figure(1, 2, "How many directions the states of a layer use")
                .size(1120, 560)
                .add(
                        Chart.over(MeasurePanels.labels(values, 0))
                                .title("Dimensionality")
                                .axes("", "Directions")
                                .line(
                                        Series.of(
                                                "Effective rank",
                                                spectra.effectiveRank().toArray()),
                                        Ink.FIRST,
                                        Mark.Symbol.CIRCLE)
                                .line(
                                        Series.of(
                                                "Participation ratio",
                                                spectra.participationRatio().toArray()),
                                        Ink.SECOND,
                                        Mark.Symbol.SQUARE),
                        MeasurePanels.heatmap(values)
                                .title("Singular values")
                                .axes("Direction, the largest first", "")
                                .colors(Colormap.VIRIDIS, MeasurePanels.positive(values), "Singular value"));
    }
}
