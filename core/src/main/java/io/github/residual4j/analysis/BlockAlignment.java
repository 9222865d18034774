package io.github.residual4j.analysis;

import java.util.List;

/**
 * Cosine similarity of the stream before each block with what the block's attention and its MLP add to it, for every
 * token: two arrays {@code [blocks, tokens]}, in [−1, 1]; 0 where a vector is zero, NaN where a value is.
 */
public final class BlockAlignment extends AnalysisResult {
    /**
     * @param view what of the session was looked at
     * @param blocks a label for each block
     * @param tokens a label for each token
     * @param residualAttention {@code [blocks][tokens]}
     * @param residualMlp {@code [blocks][tokens]}
     */
    public BlockAlignment(
            View view, List<String> blocks, List<String> tokens, double[][] residualAttention, double[][] residualMlp) {
        super(
                "cosine_residual",
                "Cosine of the stream before each block with what the block adds",
                view,
                measures(new Axis("block", blocks), new Axis("token", tokens), residualAttention, residualMlp));
    }

    private static List<Measure> measures(Axis blocks, Axis tokens, double[][] attention, double[][] mlp) {
        return List.of(
                Measure.of("cosine_residual_attention", "", blocks, tokens, attention),
                Measure.of("cosine_residual_mlp", "", blocks, tokens, mlp));
    }

    /** {@return a label for each block: {@code L0}, {@code L1}, …} */
    public List<String> blocks() {
        return measures().get(0).axes().get(0).labels();
    }

    /** {@return a label for each token} */
    public List<String> tokens() {
        return measures().get(0).axes().get(1).labels();
    }

    /** {@return a copy of the similarities with the attention output, {@code [blocks][tokens]}} */
    public double[][] residualAttention() {
        return measures().get(0).toMatrix();
    }

    /** {@return a copy of the similarities with the MLP output, {@code [blocks][tokens]}} */
    public double[][] residualMlp() {
        return measures().get(1).toMatrix();
    }
}
