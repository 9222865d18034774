package io.github.residual4j.analysis;

import java.util.List;

/**
 * What the attention and the MLP of each block add to each token, and how it lies to the stream it is added to. The
 * attention output is {@code resid_mid − resid_pre}, the MLP output {@code resid_post − resid_mid}.
 */
public final class UpdateGeometry extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public UpdateGeometry(View view, List<Measure> measures) {
        super("block_updates", "What each block adds to each token", view, measures);
    }

    /** {@return norm of the attention output, in the units of the stream; {@code [blocks, tokens]}} */
    public Measure attention() {
        return measure("attention_l2");
    }

    /** {@return norm of the MLP output, in the units of the stream; {@code [blocks, tokens]}} */
    public Measure mlp() {
        return measure("mlp_l2");
    }

    /** {@return cosine of the attention output with the MLP output, in [−1, 1]; {@code [blocks, tokens]}} */
    public Measure attentionMlpCosine() {
        return measure("cosine_attention_mlp");
    }

    /**
     * {@return the attention output along the stream before it, x·u / ‖x‖, in the units of the stream; negative where
     * it shrinks the stream; {@code [blocks, tokens]}; 0 where the stream is zero}
     */
    public Measure attentionAlong() {
        return measure("attention_along");
    }

    /**
     * {@return the attention output across the stream, √(‖u‖² − along²), in the units of the stream; {@code [blocks,
     * tokens]}}
     */
    public Measure attentionAcross() {
        return measure("attention_across");
    }

    /**
     * {@return how far the attention turns the stream: the angle between x and x + u, in degrees from 0 to 180; {@code
     * [blocks, tokens]}; 90 where either is zero}
     */
    public Measure attentionAngle() {
        return measure("attention_angle");
    }

    /**
     * {@return the same as {@link #attentionAlong()} for the MLP output and the state it is added to, {@code
     * resid_mid}}
     */
    public Measure mlpAlong() {
        return measure("mlp_along");
    }

    /**
     * {@return the same as {@link #attentionAcross()} for the MLP output and the state it is added to, {@code
     * resid_mid}}
     */
    public Measure mlpAcross() {
        return measure("mlp_across");
    }

    /**
     * {@return the same as {@link #attentionAngle()} for the MLP output and the state it is added to, {@code
     * resid_mid}}
     */
    public Measure mlpAngle() {
        return measure("mlp_angle");
    }
}
