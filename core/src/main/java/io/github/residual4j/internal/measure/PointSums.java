package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.PointStatistics;
import io.github.residual4j.internal.kernel.Kernels;
import io.github.residual4j.internal.kernel.RowSums;
import io.github.residual4j.internal.running.RunningMoments;
import java.util.Arrays;
import java.util.stream.Stream;

/** Mean, deviation and range of each point. */
public final class PointSums implements Pass {
    private final StreamView view;
    private final RowSums rows; // of the tokens at hand
    private final double[] sum; // all [points]
    private final double[] abs;
    private final RunningMoments[] moments;

    PointSums(StreamView view) {
        this.view = view;
        int points = view.points().size();
        rows = new RowSums(Pass.tokensAtOnce(view));
        sum = new double[points];
        abs = new double[points];
        moments = Stream.generate(RunningMoments::new).limit(points).toArray(RunningMoments[]::new);
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
        double width = view.width();
        for (int p = 0; p < sum.length; p++) {
            kernels.sums(view.states()[p], from, tokens, view.width(), rows, 0);
            for (int row = 0; row < tokens; row++) {
                sum[p] += rows.sum[row];
                abs[p] += rows.abs[row];
                moments[p].add(width, rows.sum[row] / width, rows.deviation[row], rows.min[row], rows.max[row]);
            }
        }
    }

    PointStatistics result() {
        double count = (double) view.tokens().size() * view.width();
        return new PointStatistics(
                view.view(),
                view.pointLabels(),
                Arrays.stream(sum).map(s -> s / count).toArray(),
                Arrays.stream(moments).mapToDouble(RunningMoments::std).toArray(),
                Arrays.stream(moments).mapToDouble(RunningMoments::min).toArray(),
                Arrays.stream(moments).mapToDouble(RunningMoments::max).toArray(),
                Arrays.stream(abs).map(s -> s / count).toArray());
    }
}
