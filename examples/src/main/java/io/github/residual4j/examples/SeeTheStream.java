package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.render.figures.ResidualFigures;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Shows the residual stream of a text: two tables, the likeliest next tokens and every figure.
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.SeeTheStream [text] [folder] [model]</pre>
 */
public final class SeeTheStream {
    private SeeTheStream() {}

    /** The model is a checkpoint folder or an ONNX file; without it, the embedded one. */
    public static void main(String[] args) {
        String text = args.length > 0 ? args[0] : "Paris is the capital of";
        Path folder = Path.of(args.length > 1 ? args[1] : "examples/target/see-the-stream");

        ActivationSession session;
        try (LanguageModel model = args.length > 2 ? LanguageModel.load(Path.of(args[2])) : LanguageModel.embedded()) {
            session = model.capture(text);
        }
        System.out.println(session);
        for (TokenProbability next : session.topTokens(5)) {
            System.out.printf(
                    Locale.ROOT,
                    "%8.1f %%  “%s”%n",
                    100 * next.probability(),
                    next.text().orElse("id " + next.id()));
        }

        ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
        System.out.println();
        System.out.println(analyzer.cosineBetweenConsecutivePoints());
        System.out.println(analyzer.magnitudes());

        session.save(folder.resolve("session"));
        ResidualFigures.Written written = ResidualFigures.of(analyzer).all(folder.resolve("figures"));
        written.refused().forEach(System.out::println);
        System.out.println(written.files().size() + " files in " + folder.resolve("figures"));
    }
}
