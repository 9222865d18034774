package consumer;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.render.figures.ResidualFigures;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Goes from a text to a picture on the module path. */
public final class Modular {
    private Modular() {}

    public static void main(String[] args) throws IOException {
        for (Class<?> type : new Class<?>[] {Modular.class, ResidualAnalyzer.class, LanguageModel.class, ResidualFigures.class}) {
            if (!type.getModule().isNamed()) {
                throw new AssertionError(type + " is in no module.");
            }
        }
        Path picture = Path.of(args[0], "statistics.png");
        try (LanguageModel model = LanguageModel.embedded()) {
            ActivationSession session = model.capture("Paris is the capital of");
            ResidualFigures.of(ResidualAnalyzer.of(session)).statistics().writePng(picture);
        }
        if (ImageIO.read(picture.toFile()).getWidth() < 100) {
            throw new AssertionError("No picture in " + picture);
        }
    }
}
