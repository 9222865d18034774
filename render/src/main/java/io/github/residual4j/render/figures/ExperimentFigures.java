package io.github.residual4j.render.figures;

import io.github.residual4j.analysis.AblationSweep;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Theme;

/** Ready figures of what changed runs show. */
public final class ExperimentFigures {
    /** From here on a cell is too small for its number. */
    private static final int MOST_NUMBERED = 160;

    private static final int WIDTH = 1120;

    private ExperimentFigures() {}

    /**
     * {@return a heat map of the normalised effects, blocks × places, blue below 0 and red above; tokens that differ
     * between the texts stand as “clean→corrupted”}
     *
     * @param sweep the numbers
     * @param theme colours and lettering
     */
    public static Figure of(PatchingSweep sweep, Theme theme) {
        BadRequestException.requireGiven(sweep, "sweep");
        return figure(
                sweep,
                sweep.normalised(),
                "Activation patching: " + sweep.kind(),
                "0: as corrupted, 1: as clean",
                theme);
    }

    /**
     * {@return a heat map of the changes, blocks × parts, blue where silencing lowers the metric and red where it
     * raises it}
     *
     * @param sweep the numbers
     * @param theme colours and lettering
     */
    public static Figure of(AblationSweep sweep, Theme theme) {
        BadRequestException.requireGiven(sweep, "sweep");
        return figure(sweep, sweep.change(), "Ablation", "Change of the metric", theme);
    }

    private static Figure figure(AnalysisResult result, Measure measure, String title, String bar, Theme theme) {
        BadRequestException.requireGiven(theme, "theme");
        int rows = measure.axes().get(0).length();
        int columns = measure.axes().get(1).length();
        double limit = 0;
        for (double value : measure.toArray()) {
            limit = Double.isFinite(value) ? Math.max(limit, Math.abs(value)) : limit;
        }
        Heatmap heatmap = Heatmap.of(measure.toMatrix())
                .rowLabels(measure.axes().get(0).labels())
                .columnLabels(TokenLabel.of(measure.axes().get(1).labels()))
                .axes(name(measure.axes().get(1).name()), "Block")
                .colors(Colormap.RD_BU_R, Norm.symmetric(limit == 0 ? 1 : limit), bar);
        return Figure.of(rows * columns <= MOST_NUMBERED ? heatmap.cellText("%.2f") : heatmap)
                .title(title)
                .subtitle(result.view().toString())
                .theme(theme)
                .size(WIDTH, Math.max(360, 160 + 34 * rows))
                .metadata("Title", title)
                .metadata("Description", result.view().toString())
                .metadata("Software", "residual4j");
    }

    private static String name(String axis) {
        return axis.equals("position") ? "Token" : Character.toUpperCase(axis.charAt(0)) + axis.substring(1);
    }
}
