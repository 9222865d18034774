package io.github.residual4j.examples.benchmark;

import io.github.residual4j.ActivationSession;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The least that can be done with a stream's values: reading each once and adding it to a sum, with SIMD. */
final class VectorSum {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private final float[][] states;

    /** Copies a session's states. */
    VectorSum(ActivationSession session) {
        states = new float[session.points().size()][session.tokens().size() * session.width()];
        for (int p = 0; p < states.length; p++) {
            session.state(p).get(states[p]);
        }
    }

    float sum() {
        float sum = 0;
        for (float[] state : states) {
            sum += sum(state);
        }
        return sum;
    }

    /** On the threads of the common pool. */
    double parallelSum() {
        return Arrays.stream(states).parallel().mapToDouble(VectorSum::sum).sum();
    }

    private static float sum(float[] x) {
        int lanes = SPECIES.length();
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i <= x.length - 4 * lanes; i += 4 * lanes) {
            s0 = FloatVector.fromArray(SPECIES, x, i).add(s0);
            s1 = FloatVector.fromArray(SPECIES, x, i + lanes).add(s1);
            s2 = FloatVector.fromArray(SPECIES, x, i + 2 * lanes).add(s2);
            s3 = FloatVector.fromArray(SPECIES, x, i + 3 * lanes).add(s3);
        }
        float sum = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
        for (; i < x.length; i++) {
            sum += x[i];
        }
        return sum;
    }
}
