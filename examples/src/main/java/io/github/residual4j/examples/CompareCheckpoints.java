package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.analysis.SessionComparison;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Compares two checkpoints state by state on one text: two folders or ONNX files of the same shape, or, without them,
 * the embedded model and a copy whose weights are rounded to 8 bits.
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.CompareCheckpoints [folder] [model model]</pre>
 */
public final class CompareCheckpoints {
    private static final String TEXT = "Paris is the capital of";

    private CompareCheckpoints() {}

    public static void main(String[] args) {
        Path folder = Path.of(args.length > 0 ? args[0] : "examples/target/compare-checkpoints");
        ActivationSession a = capture(args.length > 2 ? Path.of(args[1]) : EmbeddedCopy.write(folder.resolve("f16")));
        ActivationSession b =
                capture(args.length > 2 ? Path.of(args[2]) : EmbeddedCopy.writeRounded(folder.resolve("rounded")));

        SessionComparison comparison = ResidualAnalyzer.compare(a, b);
        double[] cosine = comparison.cosine().toArray();
        double[] largest = comparison.maxAbsolute().toArray();
        System.out.println(
                a.modelName().orElse("") + " against " + b.modelName().orElse("") + ", \"" + TEXT + "\"");
        System.out.println(comparison.title());
        System.out.printf("%-22s%14s%24s%n", "point", "1 - cosine", "largest difference");
        for (int point = 0; point < cosine.length; point++) {
            System.out.printf(
                    Locale.ROOT, "%-22s%14.2e%24.3f%n", a.points().get(point), 1 - cosine[point], largest[point]);
        }
        System.out.println("next token: " + next(a) + " against " + next(b));

        Chart chart = Chart.over(a.points().stream().map(point -> point.name()).toList())
                .axes("Point", "1 − cosine")
                .line(Series.of("", Arrays.stream(cosine).map(c -> 1 - c).toArray()), Ink.FIRST, Mark.Symbol.CIRCLE);
        Figure.of(chart)
                .title("Where two checkpoints part")
                .subtitle(TEXT)
                .size(900, 480)
                .writePng(folder.resolve("comparison.png"));
        System.out.println("figure: " + folder.resolve("comparison.png"));
    }

    private static ActivationSession capture(Path path) {
        try (LanguageModel model = LanguageModel.load(path)) {
            return model.capture(TEXT);
        }
    }

    private static String next(ActivationSession session) {
        TokenProbability top = session.topTokens(1).get(0);
        return String.format(
                Locale.ROOT, "\"%s\" %.1f %%", top.text().orElse("id " + top.id()), 100 * top.probability());
    }
}
