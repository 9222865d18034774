package io.github.residual4j.capture.internal.discovery;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the shapes of a graph's outputs follow from the number of texts and of tokens, learned from the outputs of two
 * runs: exporters do not write down the shapes of inner tensors, and shape inference does not get through reshapes.
 */
final class OutputShapes {
    /** Where nothing was observed. */
    static final OutputShapes UNKNOWN = new OutputShapes();

    private static final long TEXTS = -1;
    private static final long TOKENS = -2;

    private final Map<String, long[]> axes = new LinkedHashMap<>(); // each axis a fixed length, TEXTS or TOKENS

    /**
     * What was observed.
     *
     * @param texts how many texts were run
     * @param tokens how many tokens each had
     * @param shapes the shapes of the outputs that came out
     */
    record Observed(int texts, int tokens, Map<String, long[]> shapes) {}

    /**
     * Learns from two runs; where they differ in the number of texts or tokens, then so that no two of these four
     * numbers are the same unless they stand for the same.
     */
    static OutputShapes of(Observed one, Observed other) {
        OutputShapes learned = new OutputShapes();
        one.shapes.forEach((output, shape) -> {
            long[] second = other.shapes.getOrDefault(output, new long[0]);
            long[] axes = new long[shape.length];
            boolean told = shape.length == second.length;
            for (int i = 0; told && i < shape.length; i++) {
                if (shape[i] == second[i]) {
                    axes[i] = shape[i];
                } else if (shape[i] == one.tokens && second[i] == other.tokens) {
                    axes[i] = TOKENS;
                } else if (shape[i] == one.texts && second[i] == other.texts) {
                    axes[i] = TEXTS;
                } else {
                    told = false;
                }
            }
            if (told) {
                learned.axes.put(output, axes);
            }
        });
        return learned;
    }

    /** Whether an output's shape can be told. */
    boolean isKnown(String output) {
        return axes.containsKey(output);
    }

    /** Whether an output holds the values of one text after another, each of all its tokens. */
    boolean holdsTexts(String output) {
        long[] shape = axes.getOrDefault(output, new long[0]);
        boolean tokens = false;
        for (long axis : shape) {
            tokens |= axis == TOKENS;
        }
        return tokens && shape[0] == TEXTS;
    }

    /** The shape of an output that is known. */
    long[] shape(String output, int texts, int tokens) {
        long[] shape = axes.get(output).clone();
        for (int i = 0; i < shape.length; i++) {
            shape[i] = shape[i] == TEXTS ? texts : shape[i] == TOKENS ? tokens : shape[i];
        }
        return shape;
    }
}
