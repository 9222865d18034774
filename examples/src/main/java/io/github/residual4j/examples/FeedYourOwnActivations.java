package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.hook.Token;
import io.github.residual4j.render.figures.ResidualFigures;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Measures and draws activations that another tool of the JVM computed. Only arrays go in; no model, no ONNX Runtime.
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.FeedYourOwnActivations [folder]</pre>
 */
public final class FeedYourOwnActivations {
    private static final int BLOCKS = 6;
    private static final int WIDTH = 64;
    private static final List<Token> TOKENS = List.of(Token.of(0, 10, "any"), Token.of(1, 11, " tool"));

    private FeedYourOwnActivations() {}

    public static void main(String[] args) {
        Path folder = Path.of(args.length > 0 ? args[0] : "examples/target/own");
        ActivationSessionBuilder builder =
                ActivationSession.builder().tokens(TOKENS).text("any tool").modelName("another tool");
        Random random = new Random(7);
        float[][] state = new float[TOKENS.size()][WIDTH]; // [tokens, width], as the other tool hands it out
        add(state, random, 1);
        builder.point("embed", state);
        for (int block = 0; block < BLOCKS; block++) {
            add(state, random, 0.5);
            builder.point("blocks." + block + ".resid_mid", state); // after attention was added
            add(state, random, 0.3);
            builder.point("blocks." + block + ".resid_post", state); // after the MLP's output was added
        }
        ActivationSession session = builder.build();

        ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
        System.out.println(session);
        System.out.println(analyzer.magnitudes());
        System.out.println(analyzer.path());
        session.save(folder.resolve("session"));
        ResidualFigures.of(analyzer).magnitudes().writePng(folder.resolve("magnitudes.png"));
        System.out.println("session and figure: " + folder);
    }

    /** Stands for the other tool's attention and MLP. */
    private static void add(float[][] state, Random random, double scale) {
        for (float[] vector : state) {
            for (int dimension = 0; dimension < WIDTH; dimension++) {
                vector[dimension] += (float) (scale * random.nextGaussian());
            }
        }
    }
}
