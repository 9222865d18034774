package io.github.residual4j.internal.kernel;

/**
 * What {@link Kernels#updates} finds about each row of a block, with the attention output a = mid − pre and the MLP
 * output m = post − mid: an array for each sum, one place for each row.
 */
public final class UpdateSums {
    /** Σ pre². */
    public final double[] preSquare;

    /** Σ a². */
    public final double[] attentionSquare;

    /** Σ pre·a. */
    public final double[] preAttention;

    /** Σ m². */
    public final double[] mlpSquare;

    /** Σ pre·m. */
    public final double[] preMlp;

    public UpdateSums(int rows) {
        preSquare = new double[rows];
        attentionSquare = new double[rows];
        preAttention = new double[rows];
        mlpSquare = new double[rows];
        preMlp = new double[rows];
    }
}
