package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.BlockAlignment;
import io.github.residual4j.analysis.BlockMagnitudes;
import io.github.residual4j.internal.kernel.Kernels;

/**
 * Norms of what each block's attention and MLP add to the stream, and their products with the stream before the block.
 * Attention output is {@code resid_mid − resid_pre}, MLP output {@code resid_post − resid_mid}.
 */
public final class BlockUpdates implements Pass {
    private final StreamView view;
    private final BlockPoints at;
    private final double[][] residualSquare; // all [blocks][tokens]
    private final double[][] attentionSquare;
    private final double[][] mlpSquare;
    private final double[][] residualAttention;
    private final double[][] residualMlp;

    BlockUpdates(StreamView view) {
        this.view = view;
        at = BlockPoints.of(view);
        int blocks = at.pre().length;
        int tokens = view.tokens().size();
        residualSquare = new double[blocks][tokens];
        attentionSquare = new double[blocks][tokens];
        mlpSquare = new double[blocks][tokens];
        residualAttention = new double[blocks][tokens];
        residualMlp = new double[blocks][tokens];
    }

    /** Asks only how large updates are. */
    public static BlockMagnitudes magnitudesOf(StreamView view) {
        BlockUpdates updates = new BlockUpdates(view);
        Pass.run(view, updates);
        return updates.magnitudes();
    }

    /** Asks only whether updates lie along the stream. */
    public static BlockAlignment alignmentOf(StreamView view) {
        BlockUpdates updates = new BlockUpdates(view);
        Pass.run(view, updates);
        return updates.alignment();
    }

    @Override
    public void accept(Kernels kernels, int firstToken, int tokens) {
        float[][] x = view.states();
        int width = view.width();
        int from = view.offset(firstToken);
        for (int b = 0; b < residualSquare.length; b++) {
            float[] pre = x[at.pre()[b]];
            float[] mid = x[at.mid()[b]];
            float[] post = x[at.post()[b]];
            // ‖pre‖² twice over; the place for x·y is overwritten by the update's product.
            kernels.dotAndSquare(pre, pre, from, tokens, width, residualAttention[b], residualSquare[b], firstToken);
            kernels.update(pre, pre, mid, from, tokens, width, residualAttention[b], attentionSquare[b], firstToken);
            kernels.update(pre, mid, post, from, tokens, width, residualMlp[b], mlpSquare[b], firstToken);
        }
    }

    BlockMagnitudes magnitudes() {
        return new BlockMagnitudes(
                view.view(), at.labels(), meanNorm(residualSquare), meanNorm(attentionSquare), meanNorm(mlpSquare));
    }

    BlockAlignment alignment() {
        return new BlockAlignment(
                view.view(),
                at.labels(),
                view.tokenLabels(),
                cosine(residualAttention, attentionSquare),
                cosine(residualMlp, mlpSquare));
    }

    private static double[] meanNorm(double[][] square) {
        double[] mean = new double[square.length];
        for (int b = 0; b < mean.length; b++) {
            for (double s : square[b]) {
                mean[b] += Math.sqrt(s) / square[b].length;
            }
        }
        return mean;
    }

    private double[][] cosine(double[][] dot, double[][] updateSquare) {
        double[][] cosine = new double[dot.length][dot[0].length];
        for (int b = 0; b < cosine.length; b++) {
            for (int t = 0; t < cosine[b].length; t++) {
                cosine[b][t] = Cosine.of(dot[b][t], residualSquare[b][t], updateSquare[b][t]);
            }
        }
        return cosine;
    }
}
