package io.github.residual4j.analysis;

import java.util.Arrays;

/** Copying of the arrays that results hold. */
final class Matrices {
    private Matrices() {}

    static double[][] copy(double[][] rows) {
        return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    }
}
