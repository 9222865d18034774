package io.github.residual4j.internal.running;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The covariances that are kept of some points, by name. */
public final class KeptCovariances {
    private final List<String> names;
    private final List<RunningCovariance> covariances;

    /**
     * @param names of the points
     * @param covariances theirs
     */
    public KeptCovariances(List<String> names, List<RunningCovariance> covariances) {
        this.names = List.copyOf(names);
        this.covariances = List.copyOf(covariances);
    }

    /** What is kept before the first state. */
    public static KeptCovariances empty(List<String> names, int width) {
        return new KeptCovariances(
                names,
                IntStream.range(0, names.size())
                        .mapToObj(n -> new RunningCovariance(width))
                        .toList());
    }

    /** The points' names. */
    public List<String> names() {
        return names;
    }

    /** In the order of their names. */
    public List<RunningCovariance> each() {
        return covariances;
    }

    /** That of a point, if it is kept. */
    public Optional<RunningCovariance> of(String name) {
        int at = names.indexOf(name);
        return at < 0 ? Optional.empty() : Optional.of(covariances.get(at));
    }

    /**
     * Takes in those of {@code rows} tokens whose values are finite, point by point.
     *
     * @param points the names of all points, in the order of the states
     * @param states {@code [points][…]}, each with the tokens one after the other from {@code from} on
     */
    public void add(List<String> points, float[][] states, int from, int rows, int width) {
        for (int c = 0; c < names.size(); c++) {
            float[] values = states[points.indexOf(names.get(c))];
            double[] finite = new double[rows * width];
            int kept = 0;
            for (int row = 0; row < rows; row++) {
                boolean isFinite = true;
                for (int d = 0; d < width; d++) {
                    float value = values[from + row * width + d];
                    isFinite &= Float.isFinite(value);
                    finite[kept * width + d] = value;
                }
                kept += isFinite ? 1 : 0;
            }
            covariances.get(c).add(Arrays.copyOf(finite, kept * width), kept);
        }
    }

    /** Takes in all that another took in. */
    public void add(KeptCovariances other) {
        for (int c = 0; c < covariances.size(); c++) {
            covariances.get(c).add(other.covariances.get(c));
        }
    }
}
