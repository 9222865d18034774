package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.render.figures.ResidualFigures;
import java.nio.file.Path;

/** The README's first example: what the model would say next, what each block adds, and a picture. */
public final class FirstStream {
    private FirstStream() {}

    /**
     * Runs it.
     *
     * @param args where the picture goes
     */
    public static void main(String[] args) {
        try (LanguageModel model = LanguageModel.embedded()) { // or LanguageModel.load(Path.of("gpt2"))
            ActivationSession session = model.capture("Paris is the capital of");
            System.out.println(session.topTokens(3));
            ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
            System.out.println(analyzer.magnitudes());
            ResidualFigures.of(analyzer).cosineBetweenConsecutivePoints().writePng(Path.of(args[0]));
        }
    }
}
