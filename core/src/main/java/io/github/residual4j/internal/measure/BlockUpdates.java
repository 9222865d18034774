package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.BlockAlignment;
import io.github.residual4j.analysis.BlockMagnitudes;
import io.github.residual4j.internal.kernel.Kernels;
import io.github.residual4j.internal.kernel.UpdateSums;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Norms of what each block's attention and MLP add to the stream, and their products with the stream before the block.
 * Attention output is {@code resid_mid − resid_pre}, MLP output {@code resid_post − resid_mid}.
 */
public final class BlockUpdates implements Pass {
    private final StreamView view;
    private final BlockPoints at;
    private final UpdateSums[] sums; // [blocks], a row for each token

    BlockUpdates(StreamView view) {
        this.view = view;
        at = BlockPoints.of(view);
        int tokens = view.tokens().size();
        sums = IntStream.range(0, at.pre().length)
                .mapToObj(b -> new UpdateSums(tokens))
                .toArray(UpdateSums[]::new);
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
        int from = view.offset(firstToken);
        for (int b = 0; b < sums.length; b++) {
            kernels.updates(
                    x[at.pre()[b]], x[at.mid()[b]], x[at.post()[b]], from, tokens, view.width(), sums[b], firstToken);
        }
    }

    BlockMagnitudes magnitudes() {
        return new BlockMagnitudes(
                view.view(),
                at.labels(),
                meanNorms(s -> s.preSquare),
                meanNorms(s -> s.attentionSquare),
                meanNorms(s -> s.mlpSquare));
    }

    BlockAlignment alignment() {
        return new BlockAlignment(
                view.view(),
                at.labels(),
                view.tokenLabels(),
                cosines(s -> s.preAttention, s -> s.attentionSquare),
                cosines(s -> s.preMlp, s -> s.mlpSquare));
    }

    private double[] meanNorms(Function<UpdateSums, double[]> square) {
        double[] mean = new double[sums.length];
        for (int b = 0; b < mean.length; b++) {
            for (double s : square.apply(sums[b])) {
                mean[b] += Math.sqrt(s) / view.tokens().size();
            }
        }
        return mean;
    }

    private double[][] cosines(Function<UpdateSums, double[]> dot, Function<UpdateSums, double[]> square) {
        double[][] cosine = new double[sums.length][view.tokens().size()];
        for (int b = 0; b < cosine.length; b++) {
            for (int t = 0; t < cosine[b].length; t++) {
                cosine[b][t] = Cosine.of(dot.apply(sums[b])[t], sums[b].preSquare[t], square.apply(sums[b])[t]);
            }
        }
        return cosine;
    }
}
