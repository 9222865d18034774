package io.github.residual4j.analysis;

import java.util.List;

/**
 * Cosine similarity of the stream before each block with what the block's attention and its MLP add to it, for every
 * token: two arrays {@code [blocks, tokens]}, in [−1, 1]; 0 where a vector is zero, NaN where a value is.
 */
public final class BlockAlignment {
    private final List<String> blocks;
    private final List<String> tokens;
    private final double[][] residualAttention;
    private final double[][] residualMlp;

    public BlockAlignment(
            List<String> blocks, List<String> tokens, double[][] residualAttention, double[][] residualMlp) {
        this.blocks = List.copyOf(blocks);
        this.tokens = List.copyOf(tokens);
        this.residualAttention = Matrices.copy(residualAttention);
        this.residualMlp = Matrices.copy(residualMlp);
    }

    /** A label for each block: {@code L0}, {@code L1}, … */
    public List<String> blocks() {
        return blocks;
    }

    /** A label for each token. */
    public List<String> tokens() {
        return tokens;
    }

    /** A copy of the similarities with the attention output, {@code [blocks][tokens]}. */
    public double[][] residualAttention() {
        return Matrices.copy(residualAttention);
    }

    /** A copy of the similarities with the MLP output, {@code [blocks][tokens]}. */
    public double[][] residualMlp() {
        return Matrices.copy(residualMlp);
    }
}
