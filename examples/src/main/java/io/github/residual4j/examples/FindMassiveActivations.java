package io.github.residual4j.examples;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.MassiveActivation;
import io.github.residual4j.analysis.MassiveActivations;
import io.github.residual4j.capture.LanguageModel;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Finds the few values that dwarf all others, and shows what they do to a cosine. OpenAI's GPT-2 has such values at its
 * first position; the small embedded model has none, so without a model one is planted.
 *
 * <pre>java -cp examples/target/residual4j.jar io.github.residual4j.examples.FindMassiveActivations [model]</pre>
 */
public final class FindMassiveActivations {
    private static final String TEXT = "Paris is the capital of";
    private static final int DIMENSION = 138;

    private FindMassiveActivations() {}

    public static void main(String[] args) {
        ActivationSession session;
        try (LanguageModel model = args.length > 0 ? LanguageModel.load(Path.of(args[0])) : LanguageModel.embedded()) {
            session = args.length > 0 ? model.capture(TEXT) : planted(model.capture(TEXT));
        }
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
        MassiveActivations found = analyzer.massiveActivations();
        System.out.println(found.activations().size() + " massive activations in " + session);
        found.forEach(activation -> System.out.println("  " + activation));

        int[] dimensions = found.activations().stream()
                .mapToInt(MassiveActivation::dimension)
                .distinct()
                .toArray();
        System.out.printf("%nmean cosine between different tokens%n%-22s%12s%12s%n", "point", "all", "without");
        double[] all = analyzer.anisotropy().meanCosine().toArray();
        double[] without =
                analyzer.withoutDimensions(dimensions).anisotropy().meanCosine().toArray();
        for (int point = 0; point < all.length; point++) {
            System.out.printf(
                    Locale.ROOT, "%-22s%12.3f%12.3f%n", session.points().get(point), all[point], without[point]);
        }
    }

    /** The same session with a value of the size that GPT-2 has, at every token from block 2 on. */
    private static ActivationSession planted(ActivationSession session) {
        ActivationSessionBuilder builder =
                ActivationSession.builder().tokens(session.tokens()).modelName("tiny-gpt2 with a planted giant");
        int tokens = session.tokens().size();
        session.points().forEach(point -> {
            FloatBuffer state = FloatBuffer.allocate(tokens * session.width())
                    .put(session.state(point.index()))
                    .flip();
            for (int token = 0; token < tokens && point.block().orElse(-1) >= 2; token++) {
                state.put(token * session.width() + DIMENSION, token == 0 ? 2500 : 40);
            }
            builder.point(point.name(), state, tokens, session.width());
        });
        return builder.build();
    }
}
