package io.github.residual4j.capture;

import io.github.residual4j.capture.checkpoint.Gpt2Config;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The dimensions of a GPT-2.
 *
 * @param blocks number of transformer blocks
 * @param heads attention heads of each block; an ONNX file does not always tell
 * @param width dimensions of the residual stream
 * @param vocabulary number of tokens
 * @param context longest text in tokens
 * @param beginningOfSequence the token put before a text on request, if there is one
 */
public record ModelShape(
        int blocks, OptionalInt heads, int width, int vocabulary, int context, OptionalLong beginningOfSequence) {
    static ModelShape of(Gpt2Config config) {
        return new ModelShape(
                config.blocks(),
                OptionalInt.of(config.heads()),
                config.width(),
                config.vocabulary(),
                config.context(),
                config.beginningOfSequence());
    }

    @Override
    public String toString() {
        return blocks + " layers, "
                + (heads.isPresent() ? heads.getAsInt() + " heads" : "heads not told") + ", width " + width
                + ", vocabulary " + vocabulary + ", context " + context;
    }
}
