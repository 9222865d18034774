package io.github.residual4j.capture.internal.edit;

import io.github.residual4j.hook.HookPoint;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What edits of a model must fit.
 *
 * @param blocks number of transformer blocks
 * @param width dimensions of the stream
 * @param heads attention heads of each block, where known
 * @param innerWidth neurons of each MLP, where known
 * @param vocabulary number of tokens
 * @param embeddingDeviation population standard deviation of all values of the token embedding, where known; reads it
 */
public record ModelSizes(
        int blocks,
        int width,
        OptionalInt heads,
        OptionalInt innerWidth,
        int vocabulary,
        Supplier<OptionalDouble> embeddingDeviation) {
    /** How long the last axis of a hook point's values is, which is 0 for patterns, whose length is the text's. */
    public int lastAxis(HookPoint point) {
        return switch (point) {
            case Q, K, V, Z -> width / heads.orElse(1);
            case ATTENTION_SCORES, ATTENTION_PATTERN -> 0;
            case MLP_PRE, MLP_POST -> innerWidth.orElse(0);
            case LN1_SCALE, LN2_SCALE, FINAL_SCALE -> 1;
            case LOGITS -> vocabulary;
            default -> width;
        };
    }
}
