package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Provenance;
import io.github.residual4j.hook.Token;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A session of 3 points × 3 tokens × 2 dimensions whose values are their own places. */
final class SmallSessions {
    static final List<String> POINTS = List.of("embed", "blocks.0.resid_mid", "blocks.0.resid_post");

    private SmallSessions() {}

    /** At point p, token t, dimension d stands p·100 + t·10 + d. */
    static ActivationSession numbered() {
        return changed(new float[3][3][2]);
    }

    /** As {@link #numbered()}, with something added to each value. */
    static ActivationSession changed(float[][][] added) {
        return points(added)
                .array("final", FloatTensor.of(new float[] {900, 901, 910, 911, 920, 921}, 1, 3, 2))
                .build();
    }

    /** The points and tokens alone. */
    static ActivationSessionBuilder points(float[][][] added) {
        ActivationSessionBuilder builder = ActivationSession.builder()
                .tokens(List.of(Token.of(0, 40, "Par"), Token.of(1, 41, "is"), Token.of(2, 42, " 100%\n")));
        for (int p = 0; p < 3; p++) {
            float[][] state = new float[3][2];
            for (int t = 0; t < 3; t++) {
                for (int d = 0; d < 2; d++) {
                    state[t][d] = p * 100 + t * 10 + d + added[p][t][d];
                }
            }
            builder.point(POINTS.get(p), state);
        }
        return builder;
    }

    /** As {@link #numbered()}, with one value replaced. */
    static ActivationSession with(int point, int token, int dimension, float value) {
        float[][][] added = new float[3][3][2];
        added[point][token][dimension] = value - (point * 100 + token * 10 + dimension);
        return changed(added);
    }

    static Provenance weights(String sha256) {
        return new Provenance(
                false,
                Optional.of(sha256),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                List.of(),
                List.of());
    }
}
