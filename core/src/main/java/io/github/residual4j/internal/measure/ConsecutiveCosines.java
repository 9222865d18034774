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
        int width = view.width();
        int p = 1 - x.length % 2; // an even number of points follows the first one or two
        kernels.dotAndSquare(x[0], x[0], from, tokens, width, dot[0], square[0], firstToken);
        if (p == 1) {
            kernels.dotAndSquare(x[0], x[1], from, tokens, width, dot[1], square[1], firstToken);
        }
        // Two points at a time: memory delivers two streams faster than one after the other.
        for (; p + 2 < x.length; p += 2) {
            double[][] dots = {dot[p + 1], dot[p + 2]};
            double[][] squares = {square[p + 1], square[p + 2]};
            kernels.twoDotsAndSquares(x[p], x[p + 1], x[p + 2], from, tokens, width, dots, squares, firstToken);
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
