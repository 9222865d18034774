package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.CosineBetweenLayers;
import io.github.residual4j.internal.kernel.Kernels;

/** Cosine between each point and the next. */
public final class ConsecutiveCosines implements Pass {
    private final StreamView view;
    private final double[][] dot; // [points][tokens]: x[p-1]·x[p]; unused for the first point
    private final double[][] square; // [points][tokens]

    ConsecutiveCosines(StreamView view) {
        this.view = view;
        dot = new double[view.points().size()][view.tokens().size()];
        square = new double[view.points().size()][view.tokens().size()];
    }

    /** Asks only this question. */
    public static CosineBetweenLayers of(StreamView view) {
        ConsecutiveCosines cosines = new ConsecutiveCosines(view);
        Pass.run(view, cosines);
        return cosines.result();
    }

    @Override
    public void accept(Kernels kernels, int firstToken, int tokens) {
        float[][] x = view.states();
        int from = view.offset(firstToken);
        for (int p = 0; p < x.length; p++) {
            kernels.dotAndSquare(
                    x[Math.max(0, p - 1)], x[p], from, tokens, view.width(), dot[p], square[p], firstToken);
        }
    }

    CosineBetweenLayers result() {
        double[][] values = new double[view.points().size() - 1][view.tokens().size()];
        for (int p = 0; p < values.length; p++) {
            for (int t = 0; t < values[p].length; t++) {
                values[p][t] = Cosine.of(dot[p + 1][t], square[p][t], square[p + 1][t]);
            }
        }
        return new CosineBetweenLayers(view.view(), view.transitionAxis().labels(), view.tokenLabels(), values);
    }
}
