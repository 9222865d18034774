package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PrincipalComponents;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.linalg.Gram;
import io.github.residual4j.internal.linalg.SymmetricEigen;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Principal components of all states of a view together. */
public final class Components {
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
            double[][] components =
                    IntStream.range(0, k).mapToObj(i -> nan.clone()).toArray(double[][]::new);
            return result(CovarianceSpectrum.of(components, Arrays.copyOf(nan, k), Double.NaN));
        }
        // The smaller of the two matrices that share their eigenvalues.
        return states < width ? fromStates(count, (int) states) : fromDimensions(count);
    }

    private PrincipalComponents fromDimensions(int count) {
        double[] sums = new double[width * width];
        for (int p = 0; p < points; p++) {
            Gram.addOfColumns(centered(p), tokens, width, sums);
        }
        return result(CovarianceSpectrum.of(sums, width, (double) points * tokens, count));
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
        int k = CovarianceSpectrum.kept(eigen.values(), count);
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
        return result(CovarianceSpectrum.of(components, Arrays.copyOf(eigen.values(), k), total));
    }

    /** A point's states less the mean of all: {@code tokens × width} row by row. */
    private double[] centered(int point) {
        double[] x = new double[tokens * width];
        for (int i = 0; i < x.length; i++) {
            x[i] = view.states()[point][view.offset(0) + i] - mean[i % width];
        }
        return x;
    }

    private PrincipalComponents result(CovarianceSpectrum spectrum) {
        double[][] components = spectrum.components();
        int k = components.length;
        double[][][] trajectories = new double[tokens][points][k];
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
        Axis component = spectrum.axis();
        Axis dimension = new Axis(
                "dimension",
                IntStream.of(view.dimensions()).mapToObj(String::valueOf).toList());
        return new PrincipalComponents(
                view.view(),
                List.of(
                        Measure.of("components", "", component, dimension, components),
                        Measure.of("explained_variance", "", component, spectrum.variances()),
                        Measure.of("explained_ratio", "", component, spectrum.ratios()),
                        Measure.of("trajectories", "", view.tokenAxis(), view.pointAxis(), component, trajectories)));
    }
}
