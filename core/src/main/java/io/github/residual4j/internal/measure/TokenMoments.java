package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.TokenStatistics;
import io.github.residual4j.internal.kernel.Kernels;
import io.github.residual4j.internal.kernel.RowSums;
import java.util.List;
import java.util.stream.IntStream;

/** Size and shape of each state. */
public final class TokenMoments implements TokenSweep {
    private final StreamView view;
    private final RowSums[] sums; // [points], a row for each token
    private final double[][] fourth; // [points][tokens]: Σ(x − mean)⁴

    private TokenMoments(StreamView view) {
        this.view = view;
        int tokens = view.tokens().size();
        sums = IntStream.range(0, view.points().size())
                .mapToObj(p -> new RowSums(tokens))
                .toArray(RowSums[]::new);
        fourth = new double[sums.length][tokens];
    }

    public static TokenStatistics of(StreamView view) {
        TokenMoments moments = new TokenMoments(view);
        TokenSweep.run(view, moments);
        return moments.result();
    }

    @Override
    public ChunkSums chunk(int number) {
        return this::accept; // each token's sums have their own place
    }

    private void accept(Kernels kernels, int firstToken, int tokens) {
        int width = view.width();
        for (int p = 0; p < sums.length; p++) {
            kernels.sums(view.states()[p], view.offset(firstToken), tokens, width, sums[p], firstToken);
            for (int t = firstToken; t < firstToken + tokens; t++) {
                double mean = sums[p].sum[t] / width;
                for (int d = 0; d < width; d++) {
                    double square = (view.value(p, t, d) - mean) * (view.value(p, t, d) - mean);
                    fourth[p][t] += square * square;
                }
            }
        }
    }

    private TokenStatistics result() {
        int points = sums.length;
        int tokens = view.tokens().size();
        double n = view.width();
        double[][][] s = new double[8][points][tokens];
        for (int p = 0; p < points; p++) {
            RowSums sum = sums[p];
            for (int t = 0; t < tokens; t++) {
                double variance = sum.deviation[t] / n;
                s[0][p][t] = Math.sqrt(sum.square[t]);
                s[1][p][t] = Math.sqrt(sum.square[t] / n);
                s[2][p][t] = sum.sum[t] / n;
                s[3][p][t] = variance;
                s[4][p][t] = sum.min[t];
                s[5][p][t] = sum.max[t];
                s[6][p][t] = fourth[p][t] / n / (variance * variance);
                s[7][p][t] = (Math.sqrt(n) - sum.abs[t] / Math.sqrt(sum.square[t])) / (Math.sqrt(n) - 1);
            }
        }
        double[][] growth = new double[points - 1][tokens];
        for (int p = 0; p < points - 1; p++) {
            for (int t = 0; t < tokens; t++) {
                growth[p][t] = s[0][p + 1][t] / s[0][p][t];
            }
        }
        Axis p = view.pointAxis();
        Axis t = view.tokenAxis();
        return new TokenStatistics(
                view.view(),
                List.of(
                        Measure.of("l2", "", p, t, s[0]),
                        Measure.of("rms", "", p, t, s[1]),
                        Measure.of("mean", "", p, t, s[2]),
                        Measure.of("variance", "", p, t, s[3]),
                        Measure.of("min", "", p, t, s[4]),
                        Measure.of("max", "", p, t, s[5]),
                        Measure.of("kurtosis", "", p, t, s[6]),
                        Measure.of("sparsity", "", p, t, s[7]),
                        Measure.of("growth", "", view.transitionAxis(), t, growth)));
    }
}
