package io.github.residual4j.capture;

import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.internal.text.Counted;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The dimensions of a model.
 *
 * @param blocks number of transformer blocks
 * @param heads attention heads of each block; an ONNX file does not always tell
 * @param width dimensions of the residual stream
 * @param vocabulary number of tokens
 * @param context longest text in tokens; an ONNX file does not always tell
 * @param beginningOfSequence the token put before a text on request, if there is one
 */
public record ModelShape(
        int blocks,
        OptionalInt heads,
        int width,
        int vocabulary,
        OptionalInt context,
        OptionalLong beginningOfSequence) {
    static ModelShape of(Gpt2Config config) {
        return new ModelShape(
                config.blocks(),
                OptionalInt.of(config.heads()),
                config.width(),
                config.vocabulary(),
                OptionalInt.of(config.context()),
                config.beginningOfSequence());
    }

    /** {@return how many tokens of a longer text are run together: the context, or 1024 where it is not known} */
    public int window() {
        return context.orElse(1024);
    }

    /** The longest text in tokens, as far as known. */
    int longest() {
        return context.orElse(Integer.MAX_VALUE);
    }

    @Override
    public String toString() {
        return Counted.of(blocks, "layer") + ", "
                + (heads.isPresent() ? Counted.of(heads.getAsInt(), "head") : "heads not told") + ", width " + width
                + ", vocabulary " + vocabulary + ", context "
                + (context.isPresent() ? context.getAsInt() : "not told");
    }
}
