package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.BlockAlignment;
import io.github.residual4j.analysis.BlockMagnitudes;
import io.github.residual4j.internal.kernel.Kernels;
import io.github.residual4j.internal.kernel.UpdateSums;

/**
 * Norms of what each block's attention and MLP add to the stream, and their products with the stream before the block.
 * Attention output is {@code resid_mid − resid_pre}, MLP output {@code resid_post − resid_mid}.
 */
public final class BlockUpdates implements TokenSweep {
    private final StreamView view;
    private final BlockPoints at;
    private final double[][] attentionCosine; // [blocks][tokens]
    private final double[][] mlpCosine;
    private final Sums[] chunks;

    BlockUpdates(StreamView view) {
        this.view = view;
        at = view.blockPoints();
        attentionCosine = new double[at.pre().length][view.tokens().size()];
        mlpCosine = new double[at.pre().length][view.tokens().size()];
        chunks = new Sums[TokenChunks.of(view).count()];
    }

    /** Asks only how large updates are. */
    public static BlockMagnitudes magnitudesOf(StreamView view) {
        BlockUpdates updates = new BlockUpdates(view);
        TokenSweep.run(view, updates);
        return updates.magnitudes();
    }

    /** Asks only whether updates lie along the stream. */
    public static BlockAlignment alignmentOf(StreamView view) {
        BlockUpdates updates = new BlockUpdates(view);
        TokenSweep.run(view, updates);
        return updates.alignment();
    }

    @Override
    public ChunkSums chunk(int number) {
        chunks[number] = new Sums();
        return chunks[number];
    }

    private final class Sums implements ChunkSums {
        private final UpdateSums rows = new UpdateSums(TokenSweep.tokensAtOnce(view)); // of the tokens at hand
        private final double[] preNorm = new double[at.pre().length]; // sums over tokens
        private final double[] attentionNorm = new double[preNorm.length];
        private final double[] mlpNorm = new double[preNorm.length];

        @Override
        public void accept(Kernels kernels, int firstToken, int tokens) {
            float[][] x = view.states();
            int from = view.offset(firstToken);
            for (int b = 0; b < preNorm.length; b++) {
                kernels.updates(x[at.pre()[b]], x[at.mid()[b]], x[at.post()[b]], from, tokens, view.width(), rows, 0);
                for (int t = 0; t < tokens; t++) {
                    double pre = rows.preSquare[t];
                    double attention = rows.attentionSquare[t];
                    double mlp = rows.mlpSquare[t];
                    preNorm[b] += Math.sqrt(pre);
                    attentionNorm[b] += Math.sqrt(attention);
                    mlpNorm[b] += Math.sqrt(mlp);
                    attentionCosine[b][firstToken + t] = Cosine.of(rows.preAttention[t], pre, attention);
                    mlpCosine[b][firstToken + t] = Cosine.of(rows.preMlp[t], pre, mlp);
                }
            }
        }
    }

    BlockMagnitudes magnitudes() {
        int tokens = view.tokens().size();
        double[][] mean = new double[3][at.pre().length];
        for (Sums chunk : chunks) {
            for (int b = 0; b < at.pre().length; b++) {
                mean[0][b] += chunk.preNorm[b] / tokens;
                mean[1][b] += chunk.attentionNorm[b] / tokens;
                mean[2][b] += chunk.mlpNorm[b] / tokens;
            }
        }
        return new BlockMagnitudes(view.view(), at.labels(), mean[0], mean[1], mean[2]);
    }

    BlockAlignment alignment() {
        return new BlockAlignment(view.view(), at.labels(), view.tokenLabels(), attentionCosine, mlpCosine);
    }
}
