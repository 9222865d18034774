package io.github.residual4j.capture.checkpoint;

import java.util.OptionalLong;

/**
 * The dimensions and options of a GPT-2, as its {@code config.json} gives them. {@code reorder_and_upcast_attn}, which
 * asks for attention scores in float32, is always fulfilled.
 *
 * @param blocks number of transformer blocks ({@code n_layer})
 * @param heads attention heads of each block ({@code n_head})
 * @param width dimensions of the residual stream ({@code n_embd})
 * @param innerWidth dimensions between the two matrices of an MLP ({@code n_inner}, else 4 × width)
 * @param vocabulary number of tokens ({@code vocab_size})
 * @param context longest text in tokens ({@code n_positions})
 * @param activation the MLP's function ({@code activation_function})
 * @param layerNormEpsilon what layer norms add to the variance ({@code layer_norm_epsilon})
 * @param scaleByHeadWidth whether attention scores are divided by √head width ({@code scale_attn_weights})
 * @param scaleByLayer whether attention scores of block l are also divided by l + 1
 *     ({@code scale_attn_by_inverse_layer_idx})
 * @param tiedHead whether the unembedding is the token embedding ({@code tie_word_embeddings}, unless another one is
 *     stored)
 * @param headBias whether the unembedding has a bias, which is so where {@code lm_head.bias} is stored
 * @param beginningOfSequence the token put before a text on request ({@code bos_token_id}), if there is one
 * @param endOfSequence the token at which generated text ends ({@code eos_token_id}), if there is one
 */
public record Gpt2Config(
        int blocks,
        int heads,
        int width,
        int innerWidth,
        int vocabulary,
        int context,
        Activation activation,
        double layerNormEpsilon,
        boolean scaleByHeadWidth,
        boolean scaleByLayer,
        boolean tiedHead,
        boolean headBias,
        OptionalLong beginningOfSequence,
        OptionalLong endOfSequence) {
    /**
     * {@return the same model with another unembedding}
     *
     * @param tied whether it is the token embedding
     * @param bias whether logits have a bias
     */
    public Gpt2Config withHead(boolean tied, boolean bias) {
        return new Gpt2Config(
                blocks,
                heads,
                width,
                innerWidth,
                vocabulary,
                context,
                activation,
                layerNormEpsilon,
                scaleByHeadWidth,
                scaleByLayer,
                tied,
                bias,
                beginningOfSequence,
                endOfSequence);
    }

    /** {@return dimensions of each head's queries, keys and values} */
    public int headWidth() {
        return width / heads;
    }

    /**
     * {@return what attention scores of a block are multiplied by before the softmax}
     *
     * @param block counted from 0
     */
    public double attentionScale(int block) {
        double scale = scaleByHeadWidth ? 1 / Math.sqrt(headWidth()) : 1;
        return scaleByLayer ? scale / (block + 1) : scale;
    }
}
