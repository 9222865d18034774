package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.TopDimensionShare;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.color.Palette;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Theme;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Ready figures, one for each question an analyzer answers. Immutable. Where the analyzer refuses a question, its
 * figure refuses it with the same words.
 */
public final class ResidualFigures {
    private static final int COMPONENTS = 8;

    private final ResidualAnalyzer analyzer;
    private final ActivationSession session;
    private final Style style;

    private ResidualFigures(ResidualAnalyzer analyzer, Style style) {
        this.analyzer = analyzer;
        this.session = analyzer.session();
        this.style = style;
    }

    /**
     * {@return figures of what an analyzer answers, in the light theme}
     *
     * @param analyzer what answers the questions
     */
    public static ResidualFigures of(ResidualAnalyzer analyzer) {
        BadRequestException.requireGiven(analyzer, "analyzer");
        return new ResidualFigures(analyzer, Style.STANDARD);
    }

    /**
     * {@return the same figures in another theme}
     *
     * @param newTheme colours and lettering
     */
    public ResidualFigures theme(Theme newTheme) {
        return new ResidualFigures(analyzer, style.theme(newTheme));
    }

    /**
     * {@return the same figures in other colours, which a theme with a colormap of its own, such as the one for print,
     * gives way to}
     *
     * @param palette such as {@link Palette#NOTEBOOK}; figures are in {@link Palette#STANDARD} otherwise, which alone
     *     gives way to a theme's own colormap
     */
    public ResidualFigures colors(Palette palette) {
        return new ResidualFigures(analyzer, style.colors(palette));
    }

    private Caption caption() {
        return Caption.of(analyzer, style);
    }

    private Caption captionOfWhole() {
        return Caption.ofWhole(session, style);
    }

    /** {@return how far each step of the stream turns it: a heatmap of transitions × tokens} */
    public Figure cosineBetweenConsecutivePoints() {
        return NotebookFigures.of(analyzer.cosineBetweenConsecutivePoints(), caption());
    }

    /** {@return mean, standard deviation, range and mean magnitude of each point} */
    public Figure statistics() {
        return NotebookFigures.of(analyzer.statistics(), caption());
    }

    /**
     * {@return how large the stream is and how large what each block's attention and MLP add to it, absolute and
     * relative}
     */
    public Figure magnitudes() {
        return NotebookFigures.of(analyzer.magnitudes(), caption());
    }

    /** {@return whether each block's attention and MLP write along the stream or against it} */
    public Figure alignment() {
        return NotebookFigures.of(analyzer.alignment(), caption());
    }

    /** {@return L2 norm at each point, of each token and over all} */
    public Figure norms() {
        return StreamFigures.of(analyzer.tokenStatistics(), caption());
    }

    /** {@return cosine between every two points, averaged over tokens} */
    public Figure cosineBetweenAllPoints() {
        return StreamFigures.of(analyzer.cosineBetweenAllPoints(), caption());
    }

    /** {@return linear CKA between every two points} */
    public Figure similarity() {
        return StreamFigures.of(analyzer.similarity(), caption());
    }

    /** {@return cosine of each point with {@code embed} and with the last, for each token} */
    public Figure cosineWithEnds() {
        return StreamFigures.of(analyzer.cosineWithEnds(), caption());
    }

    /** {@return by what angle each block's attention and MLP turn the stream, and the cosine of one with the other} */
    public Figure updates() {
        return StreamFigures.of(analyzer.updates(), caption());
    }

    /** {@return effective rank, participation ratio and singular values of each point} */
    public Figure spectra() {
        return StreamFigures.of(analyzer.spectra(), caption());
    }

    /** {@return the tokens' trajectories along the first two principal components, and what the first eight explain} */
    public Figure principalComponents() {
        return GeometryFigures.of(analyzer.principalComponents(COMPONENTS), caption());
    }

    /** {@return the largest magnitudes, kurtosis, the share of the largest dimensions, and where outliers lie} */
    public Figure outliers() {
        Map<Integer, TopDimensionShare> shares = new TreeMap<>();
        for (int count : List.of(1, 3, 10)) {
            if (count <= session.width()) {
                shares.put(count, analyzer.topDimensionShare(count));
            }
        }
        return OutlierFigures.of(
                analyzer.tokenStatistics(),
                shares,
                analyzer.outlierDimensions(),
                analyzer.massiveActivations(),
                session.width(),
                caption());
    }

    /**
     * {@return entropy of each attention head and how much it looks at the first position, the token before and itself}
     */
    public Figure attentionPatterns() {
        return AttentionFigures.of(analyzer.attentionPatterns(), caption());
    }

    /** {@return how much each head looks at the token before, at the same token and at what followed it} */
    public Figure headScores() {
        return AttentionFigures.of(analyzer.headScores(), caption());
    }

    /**
     * {@return the attention patterns of one block, queries × keys, a panel for each head}
     *
     * @param block counted from 0
     * @throws BadRequestException if the session holds no patterns or not of this block
     */
    public Figure attentionPatterns(int block) {
        return AttentionFigures.ofBlock(session, block, captionOfWhole());
    }

    /**
     * {@return one state of the session, as it was captured, as a grid of its dimensions}
     *
     * @param point its index in the session, counted from 0
     * @param token its index in the session, counted from 0, or from −1 at the end
     * @throws BadRequestException if the session has no such point or token
     */
    public Figure grid(int point, int token) {
        float[] state = session.vector(point, place(token));
        Caption caption = captionOfWhole();
        String title = session.points().get(point) + ", token "
                + session.tokens().get(place(token)).position() + " “" + caption.token(place(token)) + "”";
        return caption.figure(1, 1, title)
                .size(1120, 440)
                .add(Heatmap.grid(state)
                        .axes("", "First dimension of the row")
                        .colors(style.palette().states(), caption.scales().symmetric(3, wide(state)), "Activation"));
    }

    /**
     * {@return the states of one token of the session, as they were captured, point by point, all in the same colours}
     *
     * @param token its index in the session, counted from 0, or from −1 at the end
     * @throws BadRequestException if the session has no such token
     */
    public Animation layers(int token) {
        double[][] states = IntStream.range(0, session.points().size())
                .mapToObj(point -> wide(session.vector(point, place(token))))
                .toArray(double[][]::new);
        Norm norm = captionOfWhole().scales().symmetric(3, states);
        return new Animation(session, place(token), style.palette().states(), norm, style.shownTheme(), 900, 340, 400);
    }

    private int place(int token) {
        int tokens = session.tokens().size();
        return token < 0 && token >= -tokens ? tokens + token : token;
    }

    private static double[] wide(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    /**
     * What {@link #writeAll} did.
     *
     * @param files what was written
     * @param refused one sentence for each figure that this session cannot answer
     */
    public record Written(List<Path> files, List<String> refused) {
        /**
         * Copies the lists.
         *
         * @param files what was written
         * @param refused one sentence for each figure that this session cannot answer
         */
        public Written {
            files = List.copyOf(files);
            refused = List.copyOf(refused);
        }
    }

    /**
     * Writes every figure with the last token's states: {@link #writeAll(Path, int)}.
     *
     * @param folder made when missing; files of these names are replaced
     * @return what was written and what was not
     */
    public Written all(Path folder) {
        return writeAll(folder, session.tokens().size() - 1);
    }

    /**
     * Writes every figure into a folder, each whole or not at all: {@code cosine-consecutive.png}, {@code
     * statistics.png}, {@code magnitudes.png}, {@code alignment.png}, {@code norms.png}, {@code cosine-points.png},
     * {@code similarity.png}, {@code cosine-ends.png}, {@code updates.png}, {@code spectra.png}, {@code
     * principal-components.png}, {@code outliers.png}, {@code attention-patterns.png}, {@code head-scores.png}, {@code grid.png} (the last
     * point), {@code layers.gif}, {@code layers.html} and {@code index.html}, which shows them with the numbers behind
     * them. What the session cannot answer, or what would take long for its size, is left out, and the index says why.
     *
     * @param folder made when missing; files of these names are replaced
     * @param token whose states the grid and the animation show, an index in the session counted from 0, or from −1
     *     at the end
     * @return what was written and what was not
     * @throws BadRequestException if the session has no such token; nothing is written then
     * @throws BadFileException if a file cannot be written
     */
    public Written writeAll(Path folder, int token) {
        BadRequestException.requireGiven(folder, "folder");
        return new FigureFolder(this, analyzer, token).write(folder);
    }

    /** {@return what the figures are of} */
    @Override
    public String toString() {
        return "figures of " + session + ", " + analyzer.view();
    }
}
