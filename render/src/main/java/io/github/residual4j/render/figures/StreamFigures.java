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
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
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
                        caption.scales()
                                .sizes(
                                        MeasurePanels.ofTokens(l2, caption)
                                                .title("Of each token")
                                                .axes("Token", ""),
                                        "L2 norm",
                                        l2.toArray()));
    }

    static Figure of(CosineBetweenAllPoints cosines, Caption caption) {
        return caption.figure(1, 1, "Cosine similarity between every two layers, mean over tokens")
                .size(980, 800)
                .add(caption.scales()
                        .cosines(
                                MeasurePanels.heatmap(cosines.mean())
                                        .axes("", "")
                                        .cellText("%.2f"),
                                "Cosine similarity",
                                cosines.mean().toArray()));
    }

    static Figure of(PointSimilarity similarity, Caption caption) {
        return caption.figure(1, 1, "Linear CKA between every two layers")
                .size(980, 800)
                .add(caption.scales()
                        .aboveZero(
                                MeasurePanels.heatmap(similarity.cka())
                                        .axes("", "")
                                        .cellText("%.2f"),
                                "CKA",
                                Colormap.VIRIDIS,
                                similarity.cka().toArray()));
    }

    static Figure of(CosineWithEnds cosines, Caption caption) {
        return caption.figure(1, 2, "Cosine similarity of each layer with the first and the last")
                .size(1120, 560)
                .share(Shared.Y_AXIS, Shared.COLOR_BAR)
                .add(
                        end(cosines, cosines.embed(), "With embed", caption),
                        end(cosines, cosines.last(), "With the last point", caption));
    }

    private static Heatmap end(CosineWithEnds both, Measure shown, String title, Caption caption) {
        Heatmap heatmap = MeasurePanels.ofTokens(shown, caption).title(title).axes("Token", "");
        return caption.scales()
                .cosines(
                        heatmap,
                        "Cosine similarity",
                        both.embed().toArray(),
                        both.last().toArray());
    }

    static Figure of(UpdateGeometry updates, Caption caption) {
        return caption.figure(1, 3, "How far each block turns the stream")
                .size(1120, 480)
                .share(Shared.Y_AXIS)
                .add(
                        angle(updates, updates.attentionAngle(), caption).title("Attention"),
                        angle(updates, updates.mlpAngle(), caption).title("MLP"),
                        caption.scales()
                                .signed(
                                        MeasurePanels.ofTokens(updates.attentionMlpCosine(), caption)
                                                .title("Attention · MLP output"),
                                        "Cosine similarity",
                                        1,
                                        updates.attentionMlpCosine().toArray()));
    }

    private static Heatmap angle(UpdateGeometry both, Measure shown, Caption caption) {
        return caption.scales()
                .shares(
                        MeasurePanels.ofTokens(shown, caption),
                        "Angle, °",
                        90,
                        both.attentionAngle().toArray(),
                        both.mlpAngle().toArray());
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
                        caption.scales()
                                .sizes(
                                        MeasurePanels.heatmap(values)
                                                .title("Singular values")
                                                .axes("Direction, the largest first", ""),
                                        "Singular value",
                                        values.toArray()));
    }
}
