package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.SteeringEffect;
import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.SteeringVector;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.color.Palette;
import io.github.residual4j.render.figures.ExperimentFigures;
import io.github.residual4j.render.figures.ResidualFigures;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Theme;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Draws the gallery: every ready figure for one text of the embedded model, small. Run it from the repository:
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.Gallery [folder] [text]</pre>
 */
public final class Gallery {
    /** Of the size figures have by default. */
    private static final double SIZE = 0.75;

    private static final int BLOCK = 2;

    private Gallery() {}

    /** Writes into {@code examples/gallery} unless told otherwise. */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "examples/gallery");
        String text = arguments.length > 1 ? arguments[1] : "Paris is the capital of";
        ActivationSession session = capture(text);
        int last = session.tokens().size() - 1;
        ResidualFigures figures = ResidualFigures.of(ResidualAnalyzer.of(session));
        all(figures, session.points().size() - 1, last)
                .forEach((name, figure) -> small(figure).writePng(folder.resolve(name)));
        small(figures.theme(Theme.DARK).grid(session.points().size() - 1, last))
                .writePng(folder.resolve("grid-dark.png"));
        small(figures.theme(Theme.PRINT).magnitudes()).writePng(folder.resolve("magnitudes-print.png"));
        experiments(text).forEach((name, figure) -> small(figure).writePng(folder.resolve(name)));
        figures.theme(Theme.DARK).layers(last).size(750, 300).writeGif(folder.resolve("layers.gif"));
        stream(session, last).writePng(folder.resolve("stream.png"));
        stream(session, last).theme(Theme.DARK).writePng(folder.resolve("stream-dark.png"));
    }

    private static ActivationSession capture(String text) {
        try (LanguageModel model = LanguageModel.embedded()) {
            CaptureRequest request = model.request(text)
                    .points(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.ATTENTION_PATTERN);
            return request.capture();
        }
    }

    private static Map<String, Figure> all(ResidualFigures figures, int point, int token) {
        Map<String, Figure> all = new LinkedHashMap<>();
        all.put("cosine-consecutive.png", figures.cosineBetweenConsecutivePoints());
        all.put("statistics.png", figures.statistics());
        all.put("magnitudes.png", figures.magnitudes());
        all.put("alignment.png", figures.alignment());
        all.put("norms.png", figures.norms());
        all.put("cosine-points.png", figures.cosineBetweenAllPoints());
        all.put("similarity.png", figures.similarity());
        all.put("cosine-ends.png", figures.cosineWithEnds());
        all.put("updates.png", figures.updates());
        all.put("spectra.png", figures.spectra());
        all.put("principal-components.png", figures.principalComponents());
        all.put("outliers.png", figures.outliers());
        all.put("attention-patterns.png", figures.attentionPatterns());
        all.put("attention-block.png", figures.attentionPatterns(BLOCK));
        all.put("grid.png", figures.grid(point, token));
        return all;
    }

    private static Map<String, Figure> experiments(String text) {
        Map<String, Figure> all = new LinkedHashMap<>();
        try (LanguageModel model = LanguageModel.embedded()) {
            ActivationSession session = model.capture(text);
            ActivationSession twice = model.request(text + ". " + text + ".")
                    .points(HookPoint.ATTENTION_PATTERN)
                    .capture();
            all.put(
                    "head-scores.png",
                    ResidualFigures.of(ResidualAnalyzer.of(twice)).headScores());
            int last = session.tokens().size() - 1;
            String answer = session.topTokens(2).get(0).text().orElseThrow();
            String runnerUp = session.topTokens(2).get(1).text().orElseThrow();
            all.put("lens.png", ExperimentFigures.of(model.logitLens(session), Theme.LIGHT));
            all.put(
                    "attribution.png",
                    ExperimentFigures.of(
                            model.attribution(text).of(answer).against(runnerUp).read(), last, Theme.LIGHT));
            all.put(
                    "ablation.png",
                    ExperimentFigures.of(
                            model.ablation(text)
                                    .logitDifference(answer, runnerUp)
                                    .heads(),
                            Theme.DARK));
            all.put(
                    "patching.png",
                    ExperimentFigures.of(
                            model.patching("Paris is the capital of", "Berlin is the capital of")
                                    .logitDifference(" France", " Germany")
                                    .over(HookPoint.RESID_PRE),
                            Theme.LIGHT));
            all.put("steering.png", ExperimentFigures.of(steering(model), Theme.LIGHT));
        }
        return all;
    }

    /** From France towards Japan. */
    private static SteeringEffect steering(LanguageModel model) {
        List<SteeringVector.Pair> pairs = List.of(
                new SteeringVector.Pair("Tokyo is the capital of Japan", "Paris is the capital of France"),
                new SteeringVector.Pair("Kyoto is a city of Japan", "Lyon is a city of France"));
        return SteeringVector.differenceOfMeans(model, pairs)
                .effect(model, "The capital is in", new double[] {-2, -1, -0.5, 0, 0.5, 1, 2}, " Japan", " France");
    }

    /** Every state of one token, one above the other, the dimensions in the order of their last values. */
    private static Figure stream(ActivationSession session, int token) {
        int points = session.points().size();
        int[] dimensions = IntStream.range(0, session.width())
                .boxed()
                .sorted(Comparator.comparingDouble(d -> session.value(points - 1, token, d)))
                .mapToInt(d -> d)
                .toArray();
        double[][] states = IntStream.range(0, points)
                .mapToObj(point -> Arrays.stream(dimensions)
                        .mapToDouble(d -> session.value(point, token, d))
                        .toArray())
                .toArray(double[][]::new);
        Heatmap heatmap = Heatmap.of(states)
                .colors(Palette.STANDARD.states(), Norm.symmetric(4), "Activation")
                .rowLabels(session.points().stream().map(StreamPoint::name).toList())
                .axes(session.width() + " dimensions, in the order of their last values", "Point of the stream");
        String from = "“" + session.text().orElseThrow() + "”: the state of “"
                + session.tokens().get(token).label() + "”";
        return Figure.of(heatmap)
                .title("One token on its way through the residual stream")
                .subtitle(session.modelName().orElseThrow() + " · " + from)
                .size(900, 420);
    }

    private static Figure small(Figure figure) {
        return figure.size(
                (int) (figure.canvas().width() * SIZE), (int) (figure.canvas().height() * SIZE));
    }
}
