package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.CosineBetweenConsecutivePoints;
import io.github.residual4j.internal.kernel.Kernels;

/** Cosine between each point and the next. */
public final class ConsecutiveCosines implements TokenSweep {
    private final StreamView view;
    private final double[][] values; // [points-1][tokens]

    ConsecutiveCosines(StreamView view) {
        this.view = view;
        values = new double[view.points().size() - 1][view.tokens().size()];
    }

    /** Asks only this question. */
    public static CosineBetweenConsecutivePoints of(StreamView view) {
        ConsecutiveCosines cosines = new ConsecutiveCosines(view);
        TokenSweep.run(view, cosines);
        return cosines.result();
    }

    @Override
    public ChunkSums chunk(int number) {
        return new Sums();
    }

    private final class Sums implements ChunkSums {
        private final int stride = TokenSweep.tokensAtOnce(view);
        private final double[] dot = new double[view.points().size() * stride]; // [points × tokens at hand]
        private final double[] square = new double[dot.length];

        @Override
        public void accept(Kernels kernels, int firstToken, int tokens) {
            kernels.consecutive(view.states(), view.offset(firstToken), tokens, view.width(), dot, square, stride);
            for (int p = 0; p < values.length; p++) {
                for (int t = 0; t < tokens; t++) {
                    int at = p * stride + t;
                    values[p][firstToken + t] = Cosine.of(dot[at + stride], square[at], square[at + stride]);
                }
            }
        }
    }

    CosineBetweenConsecutivePoints result() {
        return new CosineBetweenConsecutivePoints(
                view.view(), view.transitionAxis().labels(), view.tokenLabels(), values);
    }
}
