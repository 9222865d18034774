package io.github.residual4j.render.figures;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.error.ResidualException;
import io.github.residual4j.internal.io.StagedFile;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.internal.export.IndexPage;
import io.github.residual4j.render.panel.Theme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Everything {@link ResidualFigures} has to show of one session, in one folder. */
final class FigureFolder {
    /** About how many multiplications an analysis may take before it is left out; a few seconds. */
    private static final double MOST_WORK = 4e9;

    private final Map<String, StagedFile.Content> files = new LinkedHashMap<>();
    private final List<IndexPage.Picture> pictures = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final ResidualFigures figures;
    private final ActivationSession session;
    private final Caption caption;
    private final Animation layers;
    private final int token;

    FigureFolder(ResidualFigures figures, ResidualAnalyzer analyzer, int token) {
        this.figures = figures;
        this.token = token;
        session = analyzer.session();
        caption = Caption.of(analyzer, Theme.LIGHT);
        layers = figures.layers(token);
    }

    ResidualFigures.Written write(Path folder) {
        double points = session.points().size();
        double tokens = session.tokens().size();
        double width = session.width();
        double smaller = Math.min(tokens, width);
        add("cosine-consecutive.png", 0, figures::cosineBetweenConsecutivePoints);
        add("statistics.png", 0, figures::statistics);
        add("magnitudes.png", 0, figures::magnitudes);
        add("alignment.png", 0, figures::alignment);
        add("norms.png", 0, figures::norms);
        add("cosine-points.png", points * points * tokens * width, figures::cosineBetweenAllPoints);
        add("similarity.png", points * points * tokens * smaller * smaller, figures::similarity);
        add("cosine-ends.png", 0, figures::cosineWithEnds);
        add("updates.png", 0, figures::updates);
        add("spectra.png", 8 * points * tokens * width * smaller, figures::spectra);
        add(
                "principal-components.png",
                points * tokens * width * Math.min(points * tokens, width),
                figures::principalComponents);
        add("outliers.png", 0, figures::outliers);
        if (session.arrays().containsKey(ActivationSession.ATTENTION_PATTERNS)) {
            add("attention-patterns.png", 0, figures::attentionPatterns);
        }
        add("grid.png", 0, () -> figures.grid(session.points().size() - 1, token));
        put("layers.gif", layers.toGif());
        pictures.add(new IndexPage.Picture("layers.gif", "Layer by layer", List.of()));
        files.put("layers.html", layers::writeHtml);
        String heading = caption.line().isBlank() ? "Residual stream" : caption.line();
        put("index.html", IndexPage.encode(heading, pictures, refused));
        files.forEach((name, content) -> StagedFile.replace(folder.resolve(name), content));
        return new ResidualFigures.Written(
                files.keySet().stream().map(folder::resolve).toList(), refused);
    }

    private void put(String file, byte[] content) {
        files.put(file, out -> out.write(content));
    }

    private void add(String file, double work, Supplier<Figure> figure) {
        if (work > MOST_WORK) {
            refused.add(file + ": left out, for it takes long for "
                    + session.points().size() + " points of " + session.tokens().size()
                    + " tokens; ask for it by its own method.");
            return;
        }
        try {
            Figure made = figure.get();
            put(file, made.toPng());
            pictures.add(new IndexPage.Picture(file, made.title(), made.panels()));
        } catch (ResidualException e) {
            refused.add(file + ": " + e.getMessage());
        }
    }
}
