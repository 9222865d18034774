package io.github.residual4j.render.figures;

import io.github.residual4j.analysis.AblationSweep;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.analysis.SteeringEffect;
import io.github.residual4j.analysis.StreamDrift;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.TokenTexts;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Palette;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Theme;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Ready figures of what changed runs show, and of what has changed since a baseline. */
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
        return of(sweep, theme, Palette.STANDARD);
    }

    /**
     * {@return the same in other colours}
     *
     * @param sweep the numbers
     * @param theme lettering, and all colours but the heat map's
     * @param palette the heat map's colours
     */
    public static Figure of(PatchingSweep sweep, Theme theme, Palette palette) {
        BadRequestException.requireGiven(sweep, "sweep");
        return figure(
                sweep, sweep.normalised(), sweep.title(), "0: as corrupted, 1: as clean", new Style(theme, palette));
    }

    /**
     * {@return a heat map of the changes, blocks × parts, blue where silencing lowers the metric and red where it
     * raises it}
     *
     * @param sweep the numbers
     * @param theme colours and lettering
     */
    public static Figure of(AblationSweep sweep, Theme theme) {
        return of(sweep, theme, Palette.STANDARD);
    }

    /**
     * {@return the same in other colours}
     *
     * @param sweep the numbers
     * @param theme lettering, and all colours but the heat map's
     * @param palette the heat map's colours
     */
    public static Figure of(AblationSweep sweep, Theme theme, Palette palette) {
        BadRequestException.requireGiven(sweep, "sweep");
        return figure(sweep, sweep.change(), sweep.title(), "Change of the metric", new Style(theme, palette));
    }

    /**
     * {@return what the model would say from each state: points × tokens, the likeliest token in each cell, coloured by
     * its probability}
     *
     * @param lens the numbers
     * @param theme colours and lettering
     */
    public static Figure of(LogitLens lens, Theme theme) {
        return of(lens, theme, Palette.STANDARD);
    }

    /**
     * {@return the same in other colours}
     *
     * @param lens the numbers
     * @param theme lettering, and all colours but the heat map's
     * @param palette the heat map's colours
     */
    public static Figure of(LogitLens lens, Theme theme, Palette palette) {
        BadRequestException.requireGiven(lens, "lens");
        Style style = new Style(theme, palette);
        int rows = lens.entropy().axes().get(0).length();
        int tokens = lens.entropy().axes().get(1).length();
        List<String> read = lens.entropy().axes().get(1).labels();
        double[][] probabilities = new double[rows][tokens];
        List<String> likeliest = new ArrayList<>();
        for (int row = 0; row < rows; row++) { // from below, as the stream flows up
            int point = rows - 1 - row;
            for (int token = 0; token < tokens; token++) {
                probabilities[row][token] = lens.topProbabilities().value(point, token, 0);
                long id = (long) lens.topIds().value(point, token, 0);
                String said = lens.text(id).orElse("id " + id);
                likeliest.add(id < 0 ? "NaN" : TokenLabel.of(TokenTexts.following(read.get(token), said)));
            }
        }
        List<String> points = new ArrayList<>(lens.entropy().axes().get(0).labels());
        Collections.reverse(points);
        Heatmap heatmap = Heatmap.of(probabilities)
                .rowLabels(points)
                .columnLabels(TokenLabel.of(read))
                .axes("Token read", "Point of the stream")
                .cellTexts(likeliest);
        Heatmap colored = style.scales().shares(heatmap, "Probability of the likeliest token", 1, probabilities);
        return described(Figure.of(colored), "Logit lens", lens, style).size(WIDTH, Math.max(360, 170 + 26 * rows));
    }

    /**
     * {@return who wrote a logit at one position: a heat map of heads, blocks × heads, beside bars for the MLPs and
     * the biases}
     *
     * @param ledger the numbers
     * @param token which of its tokens, counted from 0
     * @param theme colours and lettering
     */
    public static Figure of(LogitAttribution ledger, int token, Theme theme) {
        return of(ledger, token, theme, Palette.STANDARD);
    }

    /**
     * {@return the same in other colours}
     *
     * @param ledger the numbers
     * @param token which of its tokens, counted from 0
     * @param theme lettering, and all colours but the heat map's
     * @param palette the heat map's colours
     */
    public static Figure of(LogitAttribution ledger, int token, Theme theme, Palette palette) {
        BadRequestException.requireGiven(ledger, "ledger");
        return AttributionPanels.figure(ledger, token, new Style(theme, palette));
    }

    /**
     * {@return how far statistics have drifted from a baseline: score, means, norms, standard deviations and quantiles of
     * each point}
     *
     * @param drift the numbers
     * @param theme colours and lettering
     */
    public static Figure of(StreamDrift drift, Theme theme) {
        BadRequestException.requireGiven(drift, "drift");
        return DriftPanels.figure(drift, new Style(theme, Palette.STANDARD));
    }

    /**
     * {@return a steering vector and what adding it does: lengths and cosines of its directions by block, log-probabilities
     * of the answers and divergence from the unsteered distribution by coefficient}
     *
     * @param effect the numbers
     * @param theme colours and lettering
     */
    public static Figure of(SteeringEffect effect, Theme theme) {
        return of(effect, theme, Palette.STANDARD);
    }

    /**
     * {@return the same in other colours}
     *
     * @param effect the numbers
     * @param theme lettering, and all colours but the heat map's
     * @param palette the heat map's colours
     */
    public static Figure of(SteeringEffect effect, Theme theme, Palette palette) {
        BadRequestException.requireGiven(effect, "effect");
        return SteeringPanels.figure(effect, new Style(theme, palette));
    }

    /** The figure with its title and what it was taken from. */
    static Figure described(Figure figure, String title, AnalysisResult result, Style style) {
        return figure.title(title)
                .subtitle(result.view().toString())
                .theme(style.shownTheme())
                .metadata("Title", title)
                .metadata("Description", result.view().toString())
                .metadata("Software", "residual4j");
    }

    private static Figure figure(AnalysisResult result, Measure measure, String title, String bar, Style style) {
        int rows = measure.axes().get(0).length();
        int columns = measure.axes().get(1).length();
        Heatmap heatmap = Heatmap.of(measure.toMatrix())
                .rowLabels(measure.axes().get(0).labels())
                .columnLabels(TokenLabel.of(measure.axes().get(1).labels()))
                .axes(name(measure.axes().get(1).name()), "Block");
        Heatmap panel = rows * columns <= MOST_NUMBERED ? heatmap.cellText("%.2f") : heatmap;
        Heatmap colored = style.scales().signed(panel, bar, 1, measure.toArray());
        return described(Figure.of(colored), title, result, style).size(WIDTH, Math.max(360, 160 + 34 * rows));
    }

    private static String name(String axis) {
        return axis.equals("position") ? "Token" : Character.toUpperCase(axis.charAt(0)) + axis.substring(1);
    }
}
