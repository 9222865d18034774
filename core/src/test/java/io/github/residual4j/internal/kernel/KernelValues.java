package io.github.residual4j.internal.kernel;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What the tests of kernels share: both kinds, and rows of every kind. */
final class KernelValues {
    /** Kinds of rows; some meet the ends of float's range, where a row is redone in double. */
    static final List<String> KINDS = List.of(
            "normal",
            "huge",
            "subnormal",
            "tiny",
            "NaN",
            "infinite",
            "offset",
            "far offset",
            "negative",
            "zero",
            "zeros of both signs");

    private KernelValues() {}

    /** Plain and SIMD. */
    static Stream<Kernels> both() {
        return Stream.of(scalar(), vector());
    }

    static Kernels scalar() {
        return new Kernels(new ScalarLoops());
    }

    static Kernels vector() {
        return new Kernels(new VectorLoops());
    }

    static float[] of(int count, String kind, long seed) {
        Random random = new Random(seed);
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            float g = (float) random.nextGaussian();
            x[i] = switch (kind) {
                case "huge" -> g * 1e30f;
                case "subnormal" -> g * 1e-40f;
                case "tiny" -> g * 1e-19f;
                case "offset" -> 1000 + g * 0.01f;
                case "far offset" -> 1000 + g * 0.001f;
                case "negative" -> -1000 + g * 0.01f;
                case "zero" -> 0;
                case "zeros of both signs" -> g > 1 ? 1 : g > 0 ? 0f : -0f;
                default -> g;
            };
        }
        if (count > 0 && kind.equals("NaN")) {
            x[count / 2] = Float.NaN;
        }
        if (count > 0 && kind.equals("infinite")) {
            x[count / 3] = Float.NEGATIVE_INFINITY;
        }
        return x;
    }
}
