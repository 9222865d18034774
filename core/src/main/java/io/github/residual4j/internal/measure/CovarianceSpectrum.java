package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.internal.linalg.SymmetricEigen;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The leading eigenvectors of a covariance; the value of largest magnitude in each is positive.
 *
 * @param components {@code [components][width]}
 * @param variances {@code [components]}
 * @param ratios {@code [components]}, shares of the whole variance
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record CovarianceSpectrum(double[][] components, double[] variances, double[] ratios) {
    /** Variance below this share of the largest is rounding, not a direction. */
    private static final double NOTHING = 1e-13;

    /**
     * Finds the leading eigenvectors, fewer than asked for if the others have no variance.
     *
     * @param deviations Σ(x − mean)(x − mean)ᵀ, {@code width × width} finite values
     * @param states how many x there were
     */
    public static CovarianceSpectrum of(double[] deviations, int width, double states, int count) {
        double[][] covariance = new double[width][];
        double total = 0;
        for (int d = 0; d < width; d++) {
            covariance[d] = Arrays.copyOfRange(deviations, d * width, (d + 1) * width);
            for (int e = 0; e < width; e++) {
                covariance[d][e] /= states;
            }
            total += covariance[d][d];
        }
        SymmetricEigen eigen = SymmetricEigen.of(covariance);
        int k = kept(eigen.values(), count);
        return of(Arrays.copyOf(eigen.vectors(), k), Arrays.copyOf(eigen.values(), k), total);
    }

    static CovarianceSpectrum of(double[][] components, double[] variances, double total) {
        double[] ratios = new double[variances.length];
        for (int c = 0; c < ratios.length; c++) {
            ratios[c] = variances[c] / total;
            flipToPositive(components[c]);
        }
        return new CovarianceSpectrum(components, variances, ratios);
    }

    /** A label for each component. */
    public Axis axis() {
        return new Axis(
                "component",
                IntStream.rangeClosed(1, variances.length)
                        .mapToObj(i -> "PC" + i)
                        .toList());
    }

    static int kept(double[] values, int count) {
        return (int) IntStream.range(0, Math.min(count, values.length))
                .takeWhile(i -> values[i] > NOTHING * values[0] && values[i] > 0)
                .count();
    }

    private static void flipToPositive(double[] component) {
        int largest = 0;
        for (int d = 1; d < component.length; d++) {
            if (Math.abs(component[d]) > Math.abs(component[largest])) {
                largest = d;
            }
        }
        double sign = Math.signum(component[largest]);
        for (int d = 0; d < component.length; d++) {
            component[d] *= sign;
        }
    }
}
