package io.github.residual4j.render.figures;

import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.analysis.CorpusReport;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.io.StagedFile;
import io.github.residual4j.internal.text.Counted;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Palette;
import io.github.residual4j.render.internal.export.IndexPage;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import io.github.residual4j.render.panel.Shared;
import io.github.residual4j.render.panel.Theme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Ready figures of what a run over a corpus found. Immutable. */
public final class CorpusFigures {
    /** By how much a point's CKA with itself may pass 1. */
    private static final double ROUNDING = 1e-9;

    private final CorpusReport report;
    private final Style style;

    private CorpusFigures(CorpusReport report, Style style) {
        this.report = report;
        this.style = style;
    }

    /**
     * {@return figures of a report, in the light theme}
     *
     * @param report what a run found
     */
    public static CorpusFigures of(CorpusReport report) {
        return new CorpusFigures(BadRequestException.requireGiven(report, "report"), Style.STANDARD);
    }

    /**
     * {@return the same figures in another theme}
     *
     * @param newTheme colours and lettering
     */
    public CorpusFigures theme(Theme newTheme) {
        return new CorpusFigures(report, style.theme(newTheme));
    }

    /**
     * {@return the same figures in other colours, which a theme with a colormap of its own gives way to}
     *
     * @param palette such as {@link Palette#NOTEBOOK}; figures are in {@link Palette#STANDARD} otherwise
     */
    public CorpusFigures colors(Palette palette) {
        return new CorpusFigures(report, style.colors(palette));
    }

    /** {@return mean, standard deviation, quantiles and L2 norm of each point} */
    public Figure statistics() {
        AnalysisResult summary = report.result("many_sessions");
        Measure quantiles = report.result("quantiles").measure("quantiles");
        List<String> points = MeasurePanels.labels(quantiles, 0);
        return described(Figure.grid(2, 2), "Activation statistics per layer")
                .share(Shared.X_AXIS)
                .add(
                        Chart.over(points)
                                .title("Mean activation")
                                .axes("", "Mean")
                                .reference(0)
                                .line(series("", summary.measure("mean")), Ink.FIRST, Mark.Symbol.CIRCLE),
                        Chart.over(points)
                                .title("Standard deviation")
                                .axes("", "Std deviation")
                                .line(series("", summary.measure("std")), Ink.SECOND, Mark.Symbol.SQUARE),
                        Chart.over(points)
                                .title("Quantiles")
                                .axes("", "Activation")
                                .band(share("", quantiles, "0.01"), share("1 to 99 %", quantiles, "0.99"), Ink.FIRST)
                                .band(share("", quantiles, "0.25"), share("25 to 75 %", quantiles, "0.75"), Ink.SECOND)
                                .line(share("Median", quantiles, "0.5"), Ink.TEXT, Mark.Symbol.CIRCLE),
                        Chart.over(points)
                                .title("L2 norm of a token’s state")
                                .axes("", "L2 norm")
                                .yLogarithmic()
                                .band(
                                        series("", summary.measure("norm_min")),
                                        series("smallest to largest", summary.measure("norm_max")),
                                        Ink.THIRD)
                                .line(series("mean", summary.measure("norm_mean")), Ink.THIRD, Mark.Symbol.DIAMOND));
    }

    private static Series series(String name, Measure measure) {
        return Series.of(name, measure.toArray());
    }

    private static Series share(String name, Measure quantiles, String share) {
        int at = quantiles.axes().get(1).labels().indexOf(share);
        return Series.of(
                name,
                IntStream.range(0, quantiles.axes().get(0).length())
                        .mapToDouble(point -> quantiles.value(point, at))
                        .toArray());
    }

    /** {@return cosine between every two points, averaged over tokens} */
    public Figure cosineBetweenAllPoints() {
        Measure cosines = report.result("cosine_between_points").measure("cosine_mean");
        return described(
                        Figure.of(style.scales()
                                .cosines(
                                        MeasurePanels.heatmap(cosines)
                                                .axes("", "")
                                                .cellText("%.2f"),
                                        "Cosine similarity",
                                        cosines.toArray())),
                        "Cosine similarity between every two layers, mean over tokens")
                .size(980, 800);
    }

    /** {@return linear CKA between every two points} */
    public Figure similarity() {
        Measure found = report.result("cka").measure("cka");
        double[][] values = found.toMatrix();
        for (double[] row : values) {
            Arrays.setAll(row, q -> row[q] > 1 && row[q] < 1 + ROUNDING ? 1 : row[q]);
        }
        Measure cka = Measure.of("cka", "", found.axes().get(0), found.axes().get(1), values);
        return described(
                        Figure.of(style.scales()
                                .aboveZero(
                                        MeasurePanels.heatmap(cka).axes("", "").cellText("%.2f"),
                                        "CKA",
                                        Colormap.VIRIDIS,
                                        cka.toArray())),
                        "Linear CKA between every two layers")
                .size(980, 800);
    }

    /** {@return which dimensions are outliers at which point, and by how many standard deviations} */
    public Figure outliers() {
        AnalysisResult outliers = report.result("outlier_dimensions");
        Measure point = outliers.measure("point");
        List<String> points = MeasurePanels.labels(report.result("quantiles").measure("quantiles"), 0);
        Chart places = Chart.over(points).title("Where they are").axes("", "Dimension");
        Chart sizes = Chart.over(points).title("How far they stand out").axes("", "Standard deviations");
        int count = point.axes().get(0).length();
        if (count > 0) {
            places = places.add(scatter(point, outliers.measure("dimension"), Ink.FIRST));
            sizes = sizes.add(scatter(point, outliers.measure("deviations"), Ink.SECOND));
        }
        long distinct = Arrays.stream(outliers.measure("dimension").toArray())
                .distinct()
                .count();
        return described(Figure.grid(1, 2), "Outlier dimensions")
                .size(1120, 520)
                .add(places, sizes)
                .footnote(Counted.of(distinct, "dimension") + " at " + Counted.of(count, "place")
                        + ": their mean magnitude lies more than 3 standard deviations above"
                        + " the mean of all dimensions of the point.");
    }

    private static Mark.Scatter scatter(Measure points, Measure values, Ink ink) {
        return new Mark.Scatter(
                Series.of("", points.toArray()), Series.of("", values.toArray()), ink, Mark.Symbol.CIRCLE);
    }

    private String line() {
        String model = report.about().getOrDefault("model", "");
        boolean firstLeftOut = "left out".equals(report.about().get("first_position"));
        return (model.isEmpty() ? "" : model + " · ")
                + report
                + (firstLeftOut ? ", statistics without the first position of each window" : "");
    }

    private Figure described(Figure figure, String title) {
        return figure.title(title)
                .subtitle(line())
                .theme(style.shownTheme())
                .metadata("Title", title)
                .metadata("Description", line())
                .metadata("Software", "residual4j");
    }

    private IndexPage.Subject subject() {
        return new IndexPage.Subject(
                report.about().getOrDefault("model", "Corpus"), "", "a corpus", List.of(report.toString()));
    }

    /**
     * Writes every figure into a folder, each whole or not at all: {@code statistics.png}, {@code cosine-points.png},
     * {@code similarity.png}, {@code outliers.png}, and {@code index.html}, which shows them with the numbers behind them.
     *
     * @param folder made when missing; files of these names are replaced
     * @return the files written
     * @throws BadFileException if one cannot be written
     */
    public List<Path> writeAll(Path folder) {
        BadRequestException.requireGiven(folder, "folder");
        Map<String, Figure> figures = new LinkedHashMap<>();
        figures.put("statistics.png", statistics());
        figures.put("cosine-points.png", cosineBetweenAllPoints());
        figures.put("similarity.png", similarity());
        figures.put("outliers.png", outliers());
        List<IndexPage.Picture> pictures = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        figures.forEach((name, figure) -> {
            Encoded encoded = Encoded.of(name, figure);
            StagedFile.replace(folder.resolve(name), encoded.png());
            files.add(folder.resolve(name));
            pictures.add(encoded.shown());
        });
        StagedFile.replace(folder.resolve("index.html"), IndexPage.encode(subject(), pictures, List.of()));
        files.add(folder.resolve("index.html"));
        return files;
    }
}
