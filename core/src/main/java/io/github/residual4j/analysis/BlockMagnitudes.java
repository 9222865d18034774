package io.github.residual4j.analysis;

import java.util.List;

/**
 * How large the stream is at each block's input and how large the updates are that its attention and its MLP write:
 * L2 norms, averaged over tokens; each an array {@code [blocks]}.
 */
public final class BlockMagnitudes {
    private final List<String> blocks;
    private final double[] residual;
    private final double[] attention;
    private final double[] mlp;

    public BlockMagnitudes(List<String> blocks, double[] residual, double[] attention, double[] mlp) {
        this.blocks = List.copyOf(blocks);
        this.residual = residual.clone();
        this.attention = attention.clone();
        this.mlp = mlp.clone();
    }

    /** A label for each block: {@code L0}, {@code L1}, … */
    public List<String> blocks() {
        return blocks;
    }

    /** Mean norm of the stream before the block. */
    public double[] residual() {
        return residual.clone();
    }

    /** Mean norm of the attention output. */
    public double[] attention() {
        return attention.clone();
    }

    /** Mean norm of the MLP output. */
    public double[] mlp() {
        return mlp.clone();
    }

    /** Attention over residual; follows IEEE where the residual is zero. */
    public double[] attentionRatio() {
        return ratio(attention, residual);
    }

    /** MLP over residual; follows IEEE where the residual is zero. */
    public double[] mlpRatio() {
        return ratio(mlp, residual);
    }

    /** The attention's share of attention plus MLP, in percent. */
    public double[] attentionPercent() {
        return share(attention);
    }

    /** The MLP's share of attention plus MLP, in percent. */
    public double[] mlpPercent() {
        return share(mlp);
    }

    private static double[] ratio(double[] over, double[] under) {
        double[] ratio = new double[over.length];
        for (int block = 0; block < ratio.length; block++) {
            ratio[block] = over[block] / under[block];
        }
        return ratio;
    }

    private double[] share(double[] part) {
        double[] share = new double[part.length];
        for (int block = 0; block < share.length; block++) {
            share[block] = 100 * part[block] / (attention[block] + mlp[block]);
        }
        return share;
    }
}
