package consumer;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import java.nio.file.Path;

/** Measures activations from elsewhere and keeps them: core, and nothing that runs models, draws or tests. */
public final class CoreAlone {
    private CoreAlone() {}

    public static void main(String[] args) {
        ActivationSession session = ActivationSession.builder()
                .point("embed", new float[][] {{3, 4, 0, 0}, {0, 0, 1, 0}})
                .point("blocks.0.resid_mid", new float[][] {{3, 4, 0, 0}, {0, 0, 0, 1}})
                .point("blocks.0.resid_post", new float[][] {{-6, -8, 0, 0}, {0, 0, 1, 1}})
                .build();
        Path folder = Path.of(args[0], "session");
        session.save(folder);
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(ActivationSession.load(folder));

        double[][] expected = {{1, 0}, {-1, Math.sqrt(0.5)}};
        for (int step = 0; step < 2; step++) {
            for (int token = 0; token < 2; token++) {
                double cosine = analyzer.cosineBetweenConsecutivePoints().value(step, token);
                if (Math.abs(cosine - expected[step][token]) > 1e-6) {
                    throw new AssertionError("step " + step + ", token " + token + ": " + cosine);
                }
            }
        }
        if (analyzer.fullReport().toJson().isEmpty()) {
            throw new AssertionError("The report is empty.");
        }
    }
}
