package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PointSimilarity;
import io.github.residual4j.analysis.SingularSpectra;
import io.github.residual4j.internal.kernel.Parallel;
import io.github.residual4j.internal.linalg.Gram;
import io.github.residual4j.internal.linalg.SingularValues;
import java.util.List;
import java.util.stream.IntStream;

/** Spectra of points and their similarity, in double. */
public final class Geometry {
    private Geometry() {}

    /** Finds {@link SingularSpectra}. */
    public static SingularSpectra spectra(StreamView view) {
        int points = view.points().size();
        int tokens = view.tokens().size();
        double[][] values = new double[points][];
        double[] effectiveRank = new double[points];
        double[] participation = new double[points];
        long work = view.size() * Math.min(tokens, view.width());
        Parallel.forEach(points, work, p -> {
            double[] x = new double[tokens * view.width()];
            for (int i = 0; i < x.length; i++) {
                x[i] = view.states()[p][view.offset(0) + i];
            }
            values[p] = SingularValues.of(x, tokens, view.width());
            effectiveRank[p] = effectiveRank(values[p]);
            participation[p] = participationRatio(values[p]);
        });
        Axis axis = view.pointAxis();
        Axis places = new Axis(
                "singular value",
                IntStream.range(0, values[0].length).mapToObj(String::valueOf).toList());
        return new SingularSpectra(
                view.view(),
                List.of(
                        Measure.of("singular_values", "", axis, places, values),
                        Measure.of("effective_rank", "", axis, effectiveRank),
                        Measure.of("participation_ratio", "", axis, participation)));
    }

    private static double effectiveRank(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double entropy = 0;
        for (double value : values) {
            double p = value / sum;
            entropy -= p == 0 ? 0 : p * StrictMath.log(p);
        }
        return StrictMath.exp(entropy);
    }

    private static double participationRatio(double[] values) {
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            double lambda = (value / values[0]) * (value / values[0]); // of any scale, so that none overflows
            sum += lambda;
            squares += lambda * lambda;
        }
        return sum * sum / squares;
    }

    /** Finds {@link PointSimilarity}. */
    public static PointSimilarity similarity(StreamView view) {
        int points = view.points().size();
        int tokens = view.tokens().size();
        float[][] gram = new float[points][];
        for (int p = 0; p < points; p++) {
            gram[p] = unitTriangle(Gram.ofRows(centered(view, p), tokens, view.width()), tokens);
        }
        double[][] cka = new double[points][points];
        Parallel.forEach(points, (long) points * points / 2 * gram[0].length, p -> {
            for (int q = 0; q <= p; q++) {
                double similarity = product(gram[p], gram[q]);
                cka[p][q] = similarity > 1 ? 1 : similarity;
                cka[q][p] = cka[p][q];
            }
        });
        Axis axis = view.pointAxis();
        return new PointSimilarity(view.view(), List.of(Measure.of("cka", "", axis, axis, cka)));
    }

    /** The states of a point less their mean over the tokens: {@code tokens × width} row by row. */
    private static double[] centered(StreamView view, int point) {
        double[] mean = Rescaling.means(view, point);
        float[] states = view.states()[point];
        int width = view.width();
        double[] x = new double[view.tokens().size() * width];
        for (int row = 0; row < x.length; row += width) {
            int at = view.offset(0) + row;
            for (int d = 0; d < width; d++) {
                x[row + d] = states[at + d] - mean[d];
            }
        }
        return x;
    }

    /**
     * What is needed of a symmetric matrix of unit norm to multiply it value by value: what lies off its diagonal counts
     * twice. Scaled like this the values are at most 1, and in float the matrices of all points take half the memory.
     */
    private static float[] unitTriangle(double[] matrix, int n) {
        double square = 0;
        for (int row = 0; row < n; row++) {
            double off = 0;
            for (int column = row + 1; column < n; column++) {
                off += matrix[row * n + column] * matrix[row * n + column];
            }
            square += matrix[row * n + row] * matrix[row * n + row] + 2 * off;
        }
        double norm = Math.sqrt(square);
        float[] triangle = new float[Math.toIntExact((long) n * (n + 1) / 2)];
        int to = 0;
        for (int row = 0; row < n; row++) {
            triangle[to++] = (float) (matrix[row * n + row] / norm);
            for (int column = row + 1; column < n; column++) {
                triangle[to++] = (float) (Math.sqrt(2) * matrix[row * n + column] / norm);
            }
        }
        return triangle;
    }

    private static double product(float[] a, float[] b) {
        double even = 0; // two sums, which need not wait for each other
        double odd = 0;
        int i = 0;
        for (; i <= a.length - 2; i += 2) {
            even += (double) a[i] * b[i];
            odd += (double) a[i + 1] * b[i + 1];
        }
        return even + odd + (i < a.length ? (double) a[i] * b[i] : 0);
    }
}
