package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.PointStatistics;
import io.github.residual4j.internal.kernel.Kernels;
import io.github.residual4j.internal.kernel.RowSums;
import java.util.stream.IntStream;

/** Mean, deviation and range of each point. */
public final class PointSums implements Pass {
    private final StreamView view;
    private final RowSums[] sums; // [points], a row for each token

    PointSums(StreamView view) {
        this.view = view;
        int tokens = view.tokens().size();
        sums = IntStream.range(0, view.points().size())
                .mapToObj(p -> new RowSums(tokens))
                .toArray(RowSums[]::new);
    }

    /** Asks only this question. */
    public static PointStatistics of(StreamView view) {
        PointSums sums = new PointSums(view);
        Pass.run(view, sums);
        return sums.result();
    }

    @Override
    public void accept(Kernels kernels, int firstToken, int tokens) {
        int from = view.offset(firstToken);
        for (int p = 0; p < sums.length; p++) {
            kernels.sums(view.states()[p], from, tokens, view.width(), sums[p], firstToken);
        }
    }

    PointStatistics result() {
        int points = sums.length;
        int tokens = view.tokens().size();
        double width = view.width();
        double[] mean = new double[points];
        double[] std = new double[points];
        double[] min = new double[points];
        double[] max = new double[points];
        double[] absMean = new double[points];
        for (int p = 0; p < points; p++) {
            RowSums s = sums[p];
            min[p] = Double.POSITIVE_INFINITY;
            max[p] = Double.NEGATIVE_INFINITY;
            for (int t = 0; t < tokens; t++) {
                mean[p] += s.sum[t] / (tokens * width);
                absMean[p] += s.abs[t] / (tokens * width);
                min[p] = Math.min(min[p], s.min[t]);
                max[p] = Math.max(max[p], s.max[t]);
            }
            // Squared deviations within tokens plus those of the tokens' means (Chan, Golub and LeVeque 1983).
            double deviation = 0;
            for (int t = 0; t < tokens; t++) {
                double between = s.sum[t] / width - mean[p];
                deviation += s.deviation[t] + width * between * between;
            }
            std[p] = Math.sqrt(deviation / (tokens * width));
        }
        return new PointStatistics(view.view(), view.pointLabels(), mean, std, min, max, absMean);
    }
}
