package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.PointStatistics;
import io.github.residual4j.internal.kernel.Kernels;
import io.github.residual4j.internal.kernel.RowSums;
import io.github.residual4j.internal.running.RunningMoments;

/** Mean, deviation and range of each point. */
public final class PointSums implements TokenSweep {
    private final StreamView view;
    private final Sums[] chunks;

    PointSums(StreamView view) {
        this.view = view;
        chunks = new Sums[TokenChunks.of(view).count()];
    }

    /** Asks only this question. */
    public static PointStatistics of(StreamView view) {
        PointSums sums = new PointSums(view);
        TokenSweep.run(view, sums);
        return sums.result();
    }

    @Override
    public ChunkSums chunk(int number) {
        chunks[number] = new Sums();
        return chunks[number];
    }

    private final class Sums implements ChunkSums {
        private final RowSums rows = new RowSums(TokenSweep.tokensAtOnce(view)); // of the tokens at hand
        private final double[] sum = new double[view.points().size()];
        private final double[] abs = new double[sum.length];
        private final RunningMoments[] moments = new RunningMoments[sum.length];

        Sums() {
            for (int p = 0; p < moments.length; p++) {
                moments[p] = new RunningMoments();
            }
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
    }

    PointStatistics result() {
        double count = (double) view.tokens().size() * view.width();
        double[][] found = new double[5][view.points().size()];
        for (int p = 0; p < found[0].length; p++) {
            RunningMoments moments = new RunningMoments();
            for (Sums chunk : chunks) {
                found[0][p] += chunk.sum[p] / count;
                found[4][p] += chunk.abs[p] / count;
                moments.add(chunk.moments[p]);
            }
            found[1][p] = moments.std();
            found[2][p] = moments.min();
            found[3][p] = moments.max();
        }
        return new PointStatistics(view.view(), view.pointLabels(), found[0], found[1], found[2], found[3], found[4]);
    }
}
