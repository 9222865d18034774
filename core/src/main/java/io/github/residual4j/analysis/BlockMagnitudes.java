package io.github.residual4j.analysis;

import java.util.List;

/**
 * How large the stream is at each block's input and how large the updates are that its attention and its MLP write:
 * L2 norms, averaged over tokens, in the units of the stream; each an array {@code [blocks]}.
 */
public final class BlockMagnitudes extends AnalysisResult {
    /**
     * Made by the analyzer.
     *
     * @param view what of the session was looked at
     * @param blocks a label for each block
     * @param residual mean norm of the stream before each block
     * @param attention mean norm of each attention output
     * @param mlp mean norm of each MLP output
     */
    public BlockMagnitudes(View view, List<String> blocks, double[] residual, double[] attention, double[] mlp) {
        super(
                "magnitudes",
                "Magnitudes of each block",
                view,
                measures(new Axis("block", blocks), residual, attention, mlp));
    }

    private static List<Measure> measures(Axis blocks, double[] residual, double[] attention, double[] mlp) {
        int n = blocks.length();
        double[][] derived = new double[4][n];
        for (int b = 0; b < n; b++) {
            derived[0][b] = attention[b] / residual[b];
            derived[1][b] = mlp[b] / residual[b];
            derived[2][b] = 100 * attention[b] / (attention[b] + mlp[b]);
            derived[3][b] = 100 * mlp[b] / (attention[b] + mlp[b]);
        }
        return List.of(
                Measure.of("residual_l2", "", blocks, residual),
                Measure.of("attention_l2", "", blocks, attention),
                Measure.of("mlp_l2", "", blocks, mlp),
                Measure.of("attention_ratio", "", blocks, derived[0]),
                Measure.of("mlp_ratio", "", blocks, derived[1]),
                Measure.of("attention_percent", "%", blocks, derived[2]),
                Measure.of("mlp_percent", "%", blocks, derived[3]));
    }

    /** {@return a label for each block: {@code L0}, {@code L1}, …} */
    public List<String> blocks() {
        return measures().get(0).axes().get(0).labels();
    }

    /** {@return mean norm of the stream before the block} */
    public double[] residual() {
        return measures().get(0).toArray();
    }

    /** {@return mean norm of the attention output} */
    public double[] attention() {
        return measures().get(1).toArray();
    }

    /** {@return mean norm of the MLP output} */
    public double[] mlp() {
        return measures().get(2).toArray();
    }

    /** {@return attention over residual; follows IEEE where the residual is zero} */
    public double[] attentionRatio() {
        return measures().get(3).toArray();
    }

    /** {@return MLP over residual; follows IEEE where the residual is zero} */
    public double[] mlpRatio() {
        return measures().get(4).toArray();
    }

    /** {@return the attention's share of attention plus MLP, in percent; NaN where both are zero} */
    public double[] attentionPercent() {
        return measures().get(5).toArray();
    }

    /** {@return the MLP's share of attention plus MLP, in percent; NaN where both are zero} */
    public double[] mlpPercent() {
        return measures().get(6).toArray();
    }
}
