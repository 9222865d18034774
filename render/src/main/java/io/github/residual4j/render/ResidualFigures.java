package io.github.residual4j.render;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.BadFileException;
import io.github.residual4j.BadRequestException;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.ResidualException;
import io.github.residual4j.analysis.BlockAlignment;
import io.github.residual4j.analysis.BlockMagnitudes;
import io.github.residual4j.analysis.CosineBetweenLayers;
import io.github.residual4j.analysis.PointStatistics;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.export.IndexPage;
import io.github.residual4j.render.export.WholeFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Ready figures, one for each question an analyzer answers. Immutable. */
public final class ResidualFigures {
    private final ResidualAnalyzer analyzer;
    private final ActivationSession session;
    private final Theme theme;

    private ResidualFigures(ResidualAnalyzer analyzer, Theme theme) {
        this.analyzer = analyzer;
        this.session = analyzer.session();
        this.theme = theme;
    }

    /** Figures of what an analyzer answers, in the light theme. */
    public static ResidualFigures of(ResidualAnalyzer analyzer) {
        return new ResidualFigures(analyzer, Theme.LIGHT);
    }

    /** The same figures in another theme. */
    public ResidualFigures theme(Theme newTheme) {
        return new ResidualFigures(analyzer, newTheme);
    }

    /** How far each step of the stream turns it: a heatmap of transitions × tokens in RdYlGn from 0 to 1. */
    public Figure cosineBetweenLayers() {
        CosineBetweenLayers cosines = analyzer.cosineBetweenLayers();
        Heatmap heatmap = Heatmap.of(cosines.toArray())
                .rowLabels(cosines.transitions())
                .columnLabels(tokenLabels())
                .axes("Token", "Layer transition")
                .colors(Colormap.RD_YL_GN, Norm.linear(0, 1), "Cosine similarity");
        return figure(1, 1, "Cosine similarity between consecutive layers").add(heatmap);
    }

    /** Mean, standard deviation, range and mean magnitude of each point. */
    public Figure statistics() {
        PointStatistics s = analyzer.statistics();
        List<String> points = s.points();
        return figure(2, 2, "Activation statistics per layer")
                .share(Shared.X_AXIS)
                .add(Chart.over(points)
                        .title("Mean activation")
                        .axes("", "Mean activation")
                        .reference(0)
                        .line(Series.of("", s.mean()), Ink.FIRST, Mark.Symbol.CIRCLE))
                .add(Chart.over(points)
                        .title("Standard deviation")
                        .axes("", "Std deviation")
                        .line(Series.of("", s.std()), Ink.SECOND, Mark.Symbol.SQUARE))
                .add(Chart.over(points)
                        .title("Range")
                        .axes("", "Activation value")
                        .band(Series.of("", s.min()), Series.of("", s.max()), Ink.FIRST)
                        .line(Series.of("Max", s.max()), Ink.SECOND, Mark.Symbol.UP)
                        .line(Series.of("Min", s.min()), Ink.FIRST, Mark.Symbol.DOWN))
                .add(Chart.over(points)
                        .title("Mean absolute activation")
                        .axes("", "Mean |activation|")
                        .line(Series.of("", s.absMean()), Ink.THIRD, Mark.Symbol.DIAMOND));
    }

    /** How large the stream is and how large what each block's attention and MLP add to it, absolute and relative. */
    public Figure magnitudes() {
        BlockMagnitudes m = analyzer.magnitudes();
        List<String> blocks = m.blocks();
        return figure(2, 2, "Residual stream against attention and MLP outputs")
                .add(Chart.over(blocks)
                        .title("L2 norm, mean over tokens")
                        .axes("Block", "L2 norm")
                        .line(Series.of("Residual stream", m.residual()), Ink.TEXT, Mark.Symbol.CIRCLE)
                        .line(Series.of("Attention output", m.attention()), Ink.FIRST, Mark.Symbol.SQUARE)
                        .line(Series.of("MLP output", m.mlp()), Ink.SECOND, Mark.Symbol.UP))
                .add(Chart.over(blocks)
                        .title("Output relative to the residual stream")
                        .axes("Block", "Ratio")
                        .line(Series.of("Attention / residual", m.attentionRatio()), Ink.FIRST, Mark.Symbol.SQUARE)
                        .line(Series.of("MLP / residual", m.mlpRatio()), Ink.SECOND, Mark.Symbol.UP))
                .add(Chart.over(blocks)
                        .title("Attention + MLP against the residual stream")
                        .axes("Block", "L2 norm")
                        .stackedBars(Series.of("Attention", m.attention()), Series.of("MLP", m.mlp()))
                        .line(Series.of("Residual stream", m.residual()), Ink.TEXT, Mark.Symbol.CIRCLE))
                .add(Chart.over(blocks)
                        .title("Relative contribution")
                        .axes("Block", "Share of attention + MLP, %")
                        .yRange(Norm.linear(0, 100))
                        .stackedBars(Series.of("Attention", m.attentionPercent()), Series.of("MLP", m.mlpPercent()))
                        .reference(50));
    }

    /** Whether each block's attention and MLP write along the stream or against it. */
    public Figure alignment() {
        BlockAlignment alignment = analyzer.alignment();
        return figure(1, 2, "Cosine similarity of the residual stream with what is added to it")
                .size(1120, 480)
                .share(Shared.Y_AXIS, Shared.COLOR_BAR)
                .add(aligned(alignment.residualAttention(), alignment.blocks()).title("Residual · attention output"))
                .add(aligned(alignment.residualMlp(), alignment.blocks()).title("Residual · MLP output"));
    }

    private Heatmap aligned(double[][] cosines, List<String> blocks) {
        return Heatmap.of(cosines)
                .rowLabels(blocks)
                .columnLabels(tokenLabels())
                .axes("Token", "Block")
                .colors(Colormap.RD_BU_R, Norm.symmetric(1), "Cosine similarity");
    }

    /**
     * One state as a grid of its dimensions.
     *
     * @param point its index, counted from 0
     * @param token its index, counted from 0
     * @throws BadRequestException if the session has no such point or token
     */
    public Figure grid(int point, int token) {
        Heatmap grid = Heatmap.grid(session.vector(point, token));
        return figure(
                        1,
                        1,
                        session.points().get(point) + ", token "
                                + session.tokens().get(token).position() + " “"
                                + TokenLabel.of(session.tokens().get(token)) + "”")
                .add(grid.axes("", "First dimension of the row").colors(grid.colormap(), grid.norm(), "Activation"))
                .size(1120, 440);
    }

    /**
     * The states of one token, point by point.
     *
     * @param token its index, counted from 0
     * @throws BadRequestException if the session has no such token
     */
    public Animation layers(int token) {
        return new Animation(session, token, Colormap.VIRIDIS, Norm.symmetric(3), theme, 900, 340, 400);
    }

    /**
     * What {@link #writeAll} did.
     *
     * @param files what was written
     * @param refused one sentence for each figure that this session cannot answer
     */
    public record Written(List<Path> files, List<String> refused) {
        public Written {
            files = List.copyOf(files);
            refused = List.copyOf(refused);
        }
    }

    /**
     * Writes every figure into a folder: {@code cosine-consecutive.png}, {@code statistics.png}, {@code magnitudes.png},
     * {@code alignment.png}, {@code grid.png} (the last point), {@code layers.gif}, {@code layers.html} and {@code
     * index.html}, each whole or not at all. What the session cannot answer is left out, and the index says why.
     *
     * @param folder made when missing; files of these names are replaced
     * @param token whose states the grid and the animation show, counted from 0
     * @throws BadRequestException if the session has no such token; nothing is written then
     * @throws BadFileException if a file cannot be written
     */
    public Written writeAll(Path folder, int token) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        List<IndexPage.Picture> pictures = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        Animation layers = layers(token);
        tryFigure("cosine-consecutive.png", this::cosineBetweenLayers, files, pictures, refused);
        tryFigure("statistics.png", this::statistics, files, pictures, refused);
        tryFigure("magnitudes.png", this::magnitudes, files, pictures, refused);
        tryFigure("alignment.png", this::alignment, files, pictures, refused);
        tryFigure("grid.png", () -> grid(session.points().size() - 1, token), files, pictures, refused);
        files.put("layers.gif", layers.toGif());
        pictures.add(new IndexPage.Picture("layers.gif", "Layer by layer"));
        files.put("layers.html", layers.toHtml());
        String caption = Caption.of(session);
        files.put("index.html", IndexPage.encode(caption.isBlank() ? "Residual stream" : caption, pictures, refused));
        files.forEach((name, content) -> WholeFile.write(folder.resolve(name), content));
        return new Written(files.keySet().stream().map(folder::resolve).toList(), refused);
    }

    private static void tryFigure(
            String file,
            Supplier<Figure> figure,
            Map<String, byte[]> files,
            List<IndexPage.Picture> pictures,
            List<String> refused) {
        try {
            Figure made = figure.get();
            files.put(file, made.toPng());
            pictures.add(new IndexPage.Picture(file, made.title()));
        } catch (ResidualException e) {
            refused.add(file + ": " + e.getMessage());
        }
    }

    private Figure figure(int rows, int columns, String title) {
        return Figure.grid(rows, columns)
                .title(title)
                .subtitle(Caption.of(session))
                .theme(theme);
    }

    private List<String> tokenLabels() {
        return session.tokens().stream().map(TokenLabel::of).toList();
    }
}
