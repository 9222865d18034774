package io.github.residual4j.internal.measure;

import io.github.residual4j.BadRequestException;
import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PrincipalComponents;
import io.github.residual4j.internal.linalg.Gram;
import io.github.residual4j.internal.linalg.SymmetricEigen;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Principal components of all states of a view together. */
public final class Components {
    /** Variance below this share of the largest is rounding, not a direction. */
    private static final double NOTHING = 1e-13;

    private final StreamView view;
    private final int points;
    private final int tokens;
    private final int width;
    private final double[] mean;

    private Components(StreamView view) {
        this.view = view;
        points = view.points().size();
        tokens = view.tokens().size();
        width = view.width();
        mean = new double[width];
        for (int p = 0; p < points; p++) {
            double[] ofPoint = Rescaling.means(view, p);
            for (int d = 0; d < width; d++) {
                mean[d] += ofPoint[d] / points;
            }
        }
    }

    /** Finds {@link PrincipalComponents}. */
    public static PrincipalComponents of(StreamView view, int count) {
        if (count < 1) {
            throw new BadRequestException("At least one component must be asked for, not " + count + ".");
        }
        return new Components(view).find(count);
    }

    private PrincipalComponents find(int count) {
        long states = (long) points * tokens;
        if (!Arrays.stream(mean).allMatch(Double::isFinite)) {
            int k = (int) Math.min(count, Math.min(states, width));
            double[] nan = new double[width];
            Arrays.fill(nan, Double.NaN);
            return result(IntStream.range(0, k).mapToObj(i -> nan).toArray(double[][]::new), nan, Double.NaN);
        }
        // The smaller of the two matrices that share their eigenvalues.
        return states < width ? fromStates(count, (int) states) : fromDimensions(count);
    }

    private PrincipalComponents fromDimensions(int count) {
        double[] sums = new double[width * width];
        for (int p = 0; p < points; p++) {
            Gram.addOfColumns(centered(p), tokens, width, sums);
        }
        double[][] covariance = new double[width][];
        double total = 0;
        for (int d = 0; d < width; d++) {
            covariance[d] = Arrays.copyOfRange(sums, d * width, (d + 1) * width);
            for (int e = 0; e < width; e++) {
                covariance[d][e] /= (double) points * tokens;
            }
            total += covariance[d][d];
        }
        SymmetricEigen eigen = SymmetricEigen.of(covariance);
        int k = kept(eigen.values(), count);
        return result(Arrays.copyOf(eigen.vectors(), k), eigen.values(), total);
    }

    private PrincipalComponents fromStates(int count, int states) {
        double[] all = new double[states * width];
        for (int p = 0; p < points; p++) {
            System.arraycopy(centered(p), 0, all, p * tokens * width, tokens * width);
        }
        double[] gram = Gram.ofRows(all, states, width);
        double[][] matrix = new double[states][];
        double total = 0;
        for (int s = 0; s < states; s++) {
            matrix[s] = Arrays.copyOfRange(gram, s * states, (s + 1) * states);
            for (int u = 0; u < states; u++) {
                matrix[s][u] /= states;
            }
            total += matrix[s][s];
        }
        SymmetricEigen eigen = SymmetricEigen.of(matrix);
        int k = kept(eigen.values(), count);
        double[][] components = new double[k][width];
        for (int c = 0; c < k; c++) {
            double square = 0;
            for (int d = 0; d < width; d++) {
                for (int s = 0; s < states; s++) {
                    components[c][d] += eigen.vectors()[c][s] * all[s * width + d];
                }
                square += components[c][d] * components[c][d];
            }
            for (int d = 0; d < width; d++) {
                components[c][d] /= Math.sqrt(square);
            }
        }
        return result(components, eigen.values(), total);
    }

    private static int kept(double[] values, int count) {
        return (int) IntStream.range(0, Math.min(count, values.length))
                .takeWhile(i -> values[i] > NOTHING * values[0] && values[i] > 0)
                .count();
    }

    /** A point's states less the mean of all: {@code tokens × width} row by row. */
    private double[] centered(int point) {
        double[] x = new double[tokens * width];
        for (int i = 0; i < x.length; i++) {
            x[i] = view.states()[point][view.offset(0) + i] - mean[i % width];
        }
        return x;
    }

    private PrincipalComponents result(double[][] components, double[] variances, double total) {
        int k = components.length;
        double[] variance = Arrays.copyOf(variances, k);
        double[] ratio = new double[k];
        double[][][] trajectories = new double[tokens][points][k];
        for (int c = 0; c < k; c++) {
            ratio[c] = variance[c] / total;
            flipToPositive(components[c]);
        }
        for (int p = 0; p < points; p++) {
            double[] x = centered(p);
            for (int t = 0; t < tokens; t++) {
                for (int c = 0; c < k; c++) {
                    for (int d = 0; d < width; d++) {
                        trajectories[t][p][c] += x[t * width + d] * components[c][d];
                    }
                }
            }
        }
        Axis component = new Axis(
                "component", IntStream.range(0, k).mapToObj(i -> "PC" + (i + 1)).toList());
        Axis dimension = new Axis(
                "dimension",
                IntStream.of(view.dimensions()).mapToObj(String::valueOf).toList());
        return new PrincipalComponents(
                view.view(),
                List.of(
                        Measure.of("components", "", component, dimension, components),
                        Measure.of("explained_variance", "", component, variance),
                        Measure.of("explained_ratio", "", component, ratio),
                        Measure.of("trajectories", "", view.tokenAxis(), view.pointAxis(), component, trajectories)));
    }

    private static void flipToPositive(double[] component) {
        int largest = 0;
        for (int d = 1; d < component.length; d++) {
            if (Math.abs(component[d]) > Math.abs(component[largest])) {
                largest = d;
            }
        }
        for (int d = 0; component[largest] < 0 && d < component.length; d++) {
            if (d != largest) {
                component[d] = -component[d];
            }
        }
        component[largest] = Math.abs(component[largest]);
    }
}
