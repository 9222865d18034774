package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.Anisotropy;
import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.CosineBetweenAllPoints;
import io.github.residual4j.analysis.CosineBetweenAllPointsByToken;
import io.github.residual4j.analysis.CosineBetweenTokens;
import io.github.residual4j.analysis.CosineWithEnds;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.internal.kernel.KernelChoice;
import io.github.residual4j.internal.kernel.Kernels;
import io.github.residual4j.internal.kernel.Parallel;
import io.github.residual4j.internal.linalg.Gram;
import io.github.residual4j.internal.running.RunningCosines;
import java.util.List;
import java.util.stream.IntStream;

/** Cosines between points and between tokens. */
public final class PointCosines {
    private PointCosines() {}

    /** Every pair of points, averaged over tokens. */
    public static CosineBetweenAllPoints averaged(StreamView view) {
        int points = view.points().size();
        int tokens = view.tokens().size();
        Kernels kernels = KernelChoice.forWork(view.size() * points / 2);
        TokenChunks chunks = TokenChunks.of(view, points / 2 + 1);
        double[][][] sums = new double[chunks.count()][points][points];
        chunks.forEach(chunk -> {
            Kernels own = kernels.another();
            double[][] cosine = new double[points][points];
            for (int t = chunks.first(chunk); t < chunks.end(chunk); t++) {
                ofToken(view, own, t, cosine);
                for (int p = 0; p < points; p++) {
                    for (int q = 0; q < points; q++) {
                        sums[chunk][p][q] += cosine[p][q];
                    }
                }
            }
        });
        double[][] mean = new double[points][points];
        for (int p = 0; p < points; p++) {
            for (int q = 0; q < points; q++) {
                double sum = 0;
                for (double[][] chunk : sums) {
                    sum += chunk[p][q];
                }
                mean[p][q] = sum / tokens; // divided once, so that a mean of ones is 1 and none lies beyond
            }
        }
        Axis axis = view.pointAxis();
        return new CosineBetweenAllPoints(view.view(), List.of(Measure.of("cosine_mean", "", axis, axis, mean)));
    }

    /** Takes in every pair of points for each token. */
    public static void addTo(RunningCosines all, StreamView view) {
        int points = view.points().size();
        int width = view.width();
        int rows = points + points % 2; // the kernels take two at a time, of which the last may hold zeros
        float[] x = new float[rows * width];
        double[][] cosine = new double[points][points];
        for (int t = 0; t < view.tokens().size(); t++) {
            for (int p = 0; p < points; p++) {
                System.arraycopy(view.states()[p], view.offset(t), x, p * width, width);
            }
            double[] dots = Gram.belowDiagonal(x, rows, width);
            for (int p = 0; p < points; p++) {
                for (int q = 0; q <= p; q++) {
                    cosine[p][q] = Cosine.of(dots[p * rows + q], dots[p * rows + p], dots[q * rows + q]);
                    cosine[q][p] = cosine[p][q];
                }
            }
            all.add(cosine);
        }
    }

    /** Every pair of points for each token. */
    public static CosineBetweenAllPointsByToken byToken(StreamView view) {
        int points = view.points().size();
        Kernels kernels = KernelChoice.forWork(view.size() * points / 2);
        double[][][] cosine = new double[view.tokens().size()][points][points];
        TokenChunks chunks = TokenChunks.of(view, points / 2 + 1);
        chunks.forEach(chunk -> {
            Kernels own = kernels.another();
            for (int t = chunks.first(chunk); t < chunks.end(chunk); t++) {
                ofToken(view, own, t, cosine[t]);
            }
        });
        Axis axis = view.pointAxis();
        return new CosineBetweenAllPointsByToken(
                view.view(), List.of(Measure.of("cosine", "", view.tokenAxis(), axis, axis, cosine)));
    }

    private static void ofToken(StreamView view, Kernels kernels, int token, double[][] into) {
        float[][] x = view.states();
        int at = view.offset(token);
        double[] square = new double[x.length];
        for (int p = 0; p < x.length; p++) {
            square[p] = kernels.dot(x[p], at, x[p], at, view.width());
        }
        for (int p = 0; p < x.length; p++) {
            for (int q = 0; q <= p; q++) {
                double dot = p == q ? square[p] : kernels.dot(x[p], at, x[q], at, view.width());
                into[p][q] = Cosine.of(dot, square[p], square[q]);
                into[q][p] = into[p][q];
            }
        }
    }

    /** Each point with {@code embed} and with the last. */
    public static CosineWithEnds withEnds(StreamView view) {
        int embed = IntStream.range(0, view.points().size())
                .filter(p -> view.points().get(p).role() == StreamPoint.Role.EMBED)
                .findFirst()
                .orElseThrow(() -> new BadRequestException(
                        "The cosine with the embedding needs embed, which is not among " + view.points() + "."));
        int last = view.points().size() - 1;
        int points = view.points().size();
        int tokens = view.tokens().size();
        int width = view.width();
        Kernels kernels = KernelChoice.forWork(3 * view.size());
        double[][] withEmbed = new double[points][tokens];
        double[][] withLast = new double[points][tokens];
        float[][] x = view.states();
        TokenChunks chunks = TokenChunks.of(view, 3);
        chunks.forEach(chunk -> {
            Kernels own = kernels.another();
            for (int t = chunks.first(chunk); t < chunks.end(chunk); t++) {
                int at = view.offset(t);
                double embedSquare = own.dot(x[embed], at, x[embed], at, width);
                double lastSquare = own.dot(x[last], at, x[last], at, width);
                for (int p = 0; p < points; p++) {
                    double square = own.dot(x[p], at, x[p], at, width);
                    withEmbed[p][t] = Cosine.of(own.dot(x[p], at, x[embed], at, width), square, embedSquare);
                    withLast[p][t] = Cosine.of(own.dot(x[p], at, x[last], at, width), square, lastSquare);
                }
            }
        });
        return new CosineWithEnds(
                view.view(),
                List.of(
                        Measure.of("cosine_embed", "", view.pointAxis(), view.tokenAxis(), withEmbed),
                        Measure.of("cosine_last", "", view.pointAxis(), view.tokenAxis(), withLast)));
    }

    /** Every pair of tokens inside the point at a place of the view. */
    public static CosineBetweenTokens betweenTokens(StreamView view, int point) {
        int tokens = view.tokens().size();
        float[] x = view.states()[point];
        Kernels kernels = KernelChoice.forWork((long) tokens * tokens * view.width() / 2);
        double[][] cosine = new double[tokens][tokens];
        double[] square = new double[tokens];
        for (int t = 0; t < tokens; t++) {
            square[t] = kernels.dot(x, view.offset(t), x, view.offset(t), view.width());
        }
        Parallel.forEach(tokens, (long) tokens * tokens * view.width() / 2, t -> {
            Kernels own = kernels.another();
            for (int u = 0; u <= t; u++) {
                double dot = t == u ? square[t] : own.dot(x, view.offset(t), x, view.offset(u), view.width());
                cosine[t][u] = Cosine.of(dot, square[t], square[u]);
                cosine[u][t] = cosine[t][u];
            }
        });
        Axis axis = view.tokenAxis();
        return new CosineBetweenTokens(
                view.after("at " + view.points().get(point)), List.of(Measure.of("cosine", "", axis, axis, cosine)));
    }

    /** The mean cosine of different tokens at each point. */
    public static Anisotropy anisotropy(StreamView view) {
        int tokens = view.tokens().size();
        int width = view.width();
        double[] mean = new double[view.points().size()];
        Kernels kernels = KernelChoice.forWork(2 * view.size());
        Parallel.forEach(mean.length, 2 * view.size(), p -> {
            Kernels own = kernels.another();
            float[] x = view.states()[p];
            double[] sum = new double[width]; // Σ x̂
            int directions = 0; // zero vectors have none and cosine 0 with all others
            for (int t = 0; t < tokens; t++) {
                double norm = Math.sqrt(own.dot(x, view.offset(t), x, view.offset(t), width));
                if (norm == 0) {
                    continue;
                }
                directions++;
                for (int d = 0; d < width; d++) {
                    sum[d] += x[view.offset(t) + d] / norm;
                }
            }
            double square = 0;
            for (double s : sum) {
                square += s * s;
            }
            double among = (square - directions) / ((double) tokens * (tokens - 1));
            mean[p] = tokens == 1 ? Double.NaN : Cosine.kept(among);
        });
        return new Anisotropy(view.view(), List.of(Measure.of("mean_cosine", "", view.pointAxis(), mean)));
    }
}
