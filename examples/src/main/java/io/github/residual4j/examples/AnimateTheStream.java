package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.render.figures.Animation;
import io.github.residual4j.render.figures.ResidualFigures;
import io.github.residual4j.render.panel.Theme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Shows the last token's state layer by layer: as a GIF, and as one HTML page with a slider that needs no network.
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.AnimateTheStream [text] [folder]</pre>
 */
public final class AnimateTheStream {
    private AnimateTheStream() {}

    public static void main(String[] args) throws IOException {
        String text = args.length > 0 ? args[0] : "Paris is the capital of";
        Path folder = Files.createDirectories(Path.of(args.length > 1 ? args[1] : "examples/target/animate"));
        ActivationSession session;
        try (LanguageModel model = LanguageModel.embedded()) {
            session = model.capture(text);
        }
        int last = session.tokens().size() - 1;
        Animation layers = ResidualFigures.of(ResidualAnalyzer.of(session))
                .theme(Theme.DARK)
                .layers(last)
                .size(750, 300);
        layers.writeGif(folder.resolve("layers.gif"));
        layers.writeHtml(folder.resolve("layers.html"));
        System.out.printf(
                "%d frames of “%s”%n",
                layers.frames(), session.tokens().get(last).label());
        for (String name : new String[] {"layers.gif", "layers.html"}) {
            System.out.printf("%6d kB  %s%n", Files.size(folder.resolve(name)) / 1000, folder.resolve(name));
        }
    }
}
