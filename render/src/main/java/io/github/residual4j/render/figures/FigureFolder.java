package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.Question;
import io.github.residual4j.Questions;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.error.ResidualException;
import io.github.residual4j.internal.io.StagedFile;
import io.github.residual4j.internal.text.Counted;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.internal.export.IndexPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Everything {@link ResidualFigures} has to show of one session, in one folder. */
final class FigureFolder {
    /** About how many multiplications an analysis may take before it is left out, a few seconds; or one for each value. */
    private static final double MOST_WORK = 4e9;

    private final Map<String, StagedFile.Content> files = new LinkedHashMap<>();
    private final Map<String, Figure> made = new LinkedHashMap<>();
    private final List<IndexPage.Picture> pictures = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final ResidualFigures figures;
    private final ResidualAnalyzer analyzer;
    private final ActivationSession session;
    private final Caption caption;
    private final Animation layers;
    private final int token;

    FigureFolder(ResidualFigures figures, ResidualAnalyzer analyzer, int token) {
        this.figures = figures;
        this.analyzer = analyzer;
        this.token = token;
        session = analyzer.session();
        caption = Caption.of(analyzer, Style.STANDARD);
        layers = figures.layers(token);
    }

    ResidualFigures.Written write(Path folder) {
        add("cosine-consecutive.png", Questions.COSINE_CONSECUTIVE, figures::cosineBetweenConsecutivePoints);
        add("statistics.png", Questions.STATISTICS, figures::statistics);
        add("magnitudes.png", Questions.MAGNITUDES, figures::magnitudes);
        add("alignment.png", Questions.ALIGNMENT, figures::alignment);
        add("norms.png", Questions.TOKEN_STATISTICS, figures::norms);
        add("cosine-points.png", Questions.COSINE_BETWEEN_ALL_POINTS, figures::cosineBetweenAllPoints);
        add("similarity.png", Questions.SIMILARITY, figures::similarity);
        add("cosine-ends.png", Questions.COSINE_WITH_ENDS, figures::cosineWithEnds);
        add("updates.png", Questions.UPDATES, figures::updates);
        add("spectra.png", Questions.SPECTRA, figures::spectra);
        add("principal-components.png", Questions.PRINCIPAL_COMPONENTS, figures::principalComponents);
        add("outliers.png", Questions.OUTLIER_DIMENSIONS, figures::outliers);
        if (!session.attentionPatterns().isEmpty()) {
            add("attention-patterns.png", Questions.ATTENTION_PATTERNS, figures::attentionPatterns);
            add("head-scores.png", Questions.HEAD_SCORES, figures::headScores);
        }
        add("grid.png", () -> figures.grid(session.points().size() - 1, token));
        encode();
        put("layers.gif", layers.toGif());
        pictures.add(new IndexPage.Picture(
                "layers.gif", "Layer by layer", layers.width(), layers.height(), List.of(), List.of()));
        files.put("layers.html", layers::writeHtml);
        put("index.html", IndexPage.encode(subject(), pictures, refused));
        files.forEach((name, content) -> StagedFile.replace(folder.resolve(name), content));
        return new ResidualFigures.Written(
                files.keySet().stream().map(folder::resolve).toList(), refused);
    }

    private IndexPage.Subject subject() {
        String size = Counted.of(session.points().size(), "point") + " × "
                + Counted.of(session.tokens().size(), "token") + " × "
                + Counted.of(session.width(), "dimension")
                + caption.view().map(view -> ", of which " + view).orElse("");
        return new IndexPage.Subject(
                session.modelName().orElse("Residual stream"),
                session.text().map(text -> "“" + text + "”").orElse(""),
                size,
                Summary.of(analyzer));
    }

    /** Encodes all figures, several at once. */
    private void encode() {
        List<Encoded> encoded = made.entrySet().parallelStream()
                .map(entry -> Encoded.of(entry.getKey(), entry.getValue()))
                .toList();
        for (Encoded picture : encoded) {
            put(picture.shown().file(), picture.png());
            pictures.add(picture.shown());
        }
    }

    private void put(String file, byte[] content) {
        files.put(file, out -> out.write(content));
    }

    private void add(String file, Question<?> question, Supplier<Figure> figure) {
        double values = (double) session.points().size() * session.tokens().size() * session.width();
        if (question.cost(session) > Math.max(MOST_WORK, values)) {
            refused.add(file + ": left out, for it takes long for "
                    + Counted.of(session.points().size(), "point") + " of "
                    + Counted.of(session.tokens().size(), "token") + "; ask for it by its own method.");
            return;
        }
        add(file, figure);
    }

    private void add(String file, Supplier<Figure> figure) {
        try {
            made.put(file, figure.get());
        } catch (ResidualException e) {
            refused.add(file + ": " + e.getMessage());
        }
    }
}
