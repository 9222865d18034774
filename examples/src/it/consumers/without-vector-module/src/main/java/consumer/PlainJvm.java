package consumer;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.render.figures.ResidualFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Goes the whole way, from a text to a picture, in a JVM that was started without a single flag for the library. */
public final class PlainJvm {
    private PlainJvm() {}

    public static void main(String[] args) throws IOException {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            throw new AssertionError("This JVM has the vector module.");
        }
        Path picture = Path.of(args[0], "cosine.png");
        try (LanguageModel model = LanguageModel.embedded()) {
            ActivationSession session = model.capture("Paris is the capital of");
            ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
            double cosine = analyzer.cosineBetweenConsecutivePoints().value(0, 0);
            if (!(cosine > -1 && cosine < 1)) {
                throw new AssertionError("A cosine of " + cosine);
            }
            String next = session.topTokens(1).get(0).text().orElse("");
            if (!next.equals(" France")) {
                throw new AssertionError("Paris is the capital of" + next);
            }
            ResidualFigures.of(analyzer).cosineBetweenConsecutivePoints().writePng(picture);
        }
        if (ImageIO.read(picture.toFile()).getWidth() < 100) {
            throw new AssertionError(Files.size(picture) + " bytes are no picture.");
        }
    }
}
