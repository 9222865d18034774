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
        double[][] l2 = new double[points][tokens];
        double[][] rms = new double[points][tokens];
        double[][] mean = new double[points][tokens];
        double[][] variance = new double[points][tokens];
        double[][] min = new double[points][tokens];
        double[][] max = new double[points][tokens];
        double[][] kurtosis = new double[points][tokens];
        double[][] sparsity = new double[points][tokens];
        double[][] growth = new double[points - 1][tokens];
        for (int p = 0; p < points; p++) {
            RowSums sum = sums[p];
            for (int t = 0; t < tokens; t++) {
                l2[p][t] = Math.sqrt(sum.square[t]);
                rms[p][t] = Math.sqrt(sum.square[t] / n);
                mean[p][t] = sum.sum[t] / n;
                variance[p][t] = sum.deviation[t] / n;
                min[p][t] = sum.min[t];
                max[p][t] = sum.max[t];
                kurtosis[p][t] = fourth[p][t] / n / (variance[p][t] * variance[p][t]);
                sparsity[p][t] = (Math.sqrt(n) - sum.abs[t] / Math.sqrt(sum.square[t])) / (Math.sqrt(n) - 1);
                if (p > 0) {
                    growth[p - 1][t] = l2[p][t] / l2[p - 1][t];
                }
            }
        }
        Axis point = view.pointAxis();
        Axis token = view.tokenAxis();
        return new TokenStatistics(
                view.view(),
                List.of(
                        Measure.of("l2", "", point, token, l2),
                        Measure.of("rms", "", point, token, rms),
                        Measure.of("mean", "", point, token, mean),
                        Measure.of("variance", "", point, token, variance),
                        Measure.of("min", "", point, token, min),
                        Measure.of("max", "", point, token, max),
                        Measure.of("kurtosis", "", point, token, kurtosis),
                        Measure.of("sparsity", "", point, token, sparsity),
                        Measure.of("growth", "", view.transitionAxis(), token, growth)));
    }
}
