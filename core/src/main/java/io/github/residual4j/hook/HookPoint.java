package io.github.residual4j.hook;

import java.util.List;

/**
 * The places in a model whose values can be captured, in the order they are computed, after TransformerLens's hook points (without their
 * {@code hook_}). Values are those of the raw checkpoint, as with {@code from_pretrained_no_processing}.
 *
 * <p>Shapes are those a session holds, for T captured positions, width D, H heads of width D/H, MLP width I,
 * vocabulary V, and S positions from the text's beginning to the last captured one. States of the stream become the
 * session's points, {@code [T, D]} each;
 * everything else becomes one of its arrays.
 */
public enum HookPoint {
    /** The tokens' embeddings alone, TransformerLens's {@code hook_embed}: {@code [1, T, D]}. */
    TOKEN_EMBED("token_embed", "hook_embed"),
    /** The positions' embeddings alone, TransformerLens's {@code hook_pos_embed}: {@code [1, T, D]}. */
    POSITION_EMBED("pos_embed", "hook_pos_embed"),
    /**
     * Token plus position embedding, the stream's first state: point {@code embed}, {@code [T, D]}. TransformerLens calls
     * it {@code blocks.0.hook_resid_pre}; its {@code hook_embed} has no positions.
     */
    EMBED("embed", "embed"),
    /**
     * What a block reads, {@code [T, D]}. The same state as {@code embed} for block 0 and as {@code resid_post} of the
     * block before for any other, and kept under that name.
     */
    RESID_PRE("blocks.%d.resid_pre"),
    /** What a block's first layer norm divides by, √(variance + epsilon): {@code [1, T, 1]}. */
    LN1_SCALE("blocks.%d.ln1.scale"),
    /** What a block's attention reads, after its layer norm with weight and bias: {@code [1, T, D]}. */
    LN1_NORMALIZED("blocks.%d.ln1.normalized"),
    /** Queries of a block's heads: {@code [1, T, H, D/H]}. */
    Q("blocks.%d.attn.q"),
    /** Keys of a block's heads: {@code [1, T, H, D/H]}. */
    K("blocks.%d.attn.k"),
    /** Values of a block's heads: {@code [1, T, H, D/H]}. */
    V("blocks.%d.attn.v"),
    /**
     * What the softmax of a block's heads reads, scaled, minus infinity for later positions: {@code [1, H, T, S]}. Asking
     * for it turns fused attention off.
     */
    ATTENTION_SCORES("blocks.%d.attn.scores", "blocks.%d.attn.hook_attn_scores"),
    /**
     * How much each position attends to each up to the last one kept, rows summing to 1, zero for later positions:
     * array {@code attention_patterns}, {@code [blocks, H, T, S]}. When blocks are picked that are not the first ones,
     * each keeps its own array, {@code [1, H, T, S]}. Asking for it turns fused attention off.
     */
    ATTENTION_PATTERN("blocks.%d.attn.pattern"),
    /** What each of a block's heads gathered, values weighted by the pattern: {@code [1, T, H, D/H]}. */
    Z("blocks.%d.attn.z"),
    /** What a block's attention adds to the stream, output bias included: {@code [1, T, D]}. */
    ATTENTION_OUTPUT("blocks.%d.attn_out"),
    /** The stream after a block's attention output was added: point {@code blocks.l.resid_mid}, {@code [T, D]}. */
    RESID_MID("blocks.%d.resid_mid"),
    /** What a block's second layer norm divides by, √(variance + epsilon): {@code [1, T, 1]}. */
    LN2_SCALE("blocks.%d.ln2.scale"),
    /** What a block's MLP reads, after its layer norm with weight and bias: {@code [1, T, D]}. */
    LN2_NORMALIZED("blocks.%d.ln2.normalized"),
    /** A block's MLP neurons before the activation function: {@code [1, T, I]}. */
    MLP_PRE("blocks.%d.mlp.pre"),
    /** A block's MLP neurons after the activation function: {@code [1, T, I]}. */
    MLP_POST("blocks.%d.mlp.post"),
    /** What a block's MLP adds to the stream, output bias included: {@code [1, T, D]}. */
    MLP_OUTPUT("blocks.%d.mlp_out"),
    /** The stream after a block's MLP output was added: point {@code blocks.l.resid_post}, {@code [T, D]}. */
    RESID_POST("blocks.%d.resid_post"),
    /** What the final layer norm divides by, √(variance + epsilon): {@code [1, T, 1]}. */
    FINAL_SCALE("ln_final.scale"),
    /** The last state after the final layer norm, no part of the stream: array {@code final}, {@code [1, T, D]}. */
    FINAL("final", "ln_final.hook_normalized"),
    /** Scores of each next token: array {@code logits}, {@code [1, T, V]}. */
    LOGITS("logits", "logits");

    private final String pattern;
    private final String transformerLens;

    /** One that TransformerLens calls the same, with {@code hook_} before the last part. */
    HookPoint(String pattern) {
        this(
                pattern,
                pattern.substring(0, pattern.lastIndexOf('.') + 1) + "hook_"
                        + pattern.substring(pattern.lastIndexOf('.') + 1));
    }

    HookPoint(String pattern, String transformerLens) {
        this.pattern = pattern;
        this.transformerLens = transformerLens;
    }

    /** {@return whether every block has one} */
    public boolean isInEveryBlock() {
        return pattern.contains("%d");
    }

    /** {@return whether it is a state of the residual stream itself} */
    public boolean isStream() {
        return this == EMBED || this == RESID_PRE || this == RESID_MID || this == RESID_POST;
    }

    /** Its names, the canonical one first, with {@code %d} where the block stands. */
    List<String> patterns() {
        return List.of(pattern, transformerLens);
    }

    /**
     * {@return what the axes of its values run over, the slowest first, after an axis of length 1 for the text} A {@code
     * head}'s values have a {@code dimension} of their own in {@code q}, {@code k}, {@code v} and {@code z}; {@code
     * attended position} is where a head looks, {@code neuron} an inner value of an MLP, {@code id} a token of the
     * vocabulary, and {@code scale} a single number.
     */
    public List<String> axes() {
        return switch (this) {
            case Q, K, V, Z -> List.of("token", "head", "dimension");
            case ATTENTION_SCORES, ATTENTION_PATTERN -> List.of("head", "token", "attended position");
            case MLP_PRE, MLP_POST -> List.of("token", "neuron");
            case LN1_SCALE, LN2_SCALE, FINAL_SCALE -> List.of("token", "scale");
            case LOGITS -> List.of("token", "id");
            default -> List.of("token", "dimension");
        };
    }

    /**
     * {@return its name in a block, such as {@code blocks.3.attn.q}}
     *
     * @param block the block, counted from 0; ignored for the points that belong to none
     */
    public String nameIn(int block) {
        return pattern.replace("%d", Integer.toString(block));
    }
}
