package io.github.residual4j;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import java.util.Arrays;

/** Which arrays a session may hold beside its states: under what names, and of what shapes where the name tells it. */
final class OtherArrays {
    private OtherArrays() {}

    /** Refuses a name that no file could hold, or that a session's file uses otherwise. */
    static void requireName(String name) {
        requireStorable(name);
        if (SessionArrays.OWN.contains(name)) {
            throw new BadRequestException("Array \"" + name + "\" needs another name; a session's file uses "
                    + "hidden_states, layer_names, token_ids, positions and config_json itself.");
        }
    }

    /** Refuses a name, of an array or a point, that no file could hold. */
    static void requireStorable(String name) {
        BadRequestException.requireGiven(name, "name");
        if (name.indexOf('\0') >= 0) {
            throw new BadRequestException(
                    "\"" + name.replace("\0", "\\0") + "\" is no name; it holds a NUL character.");
        }
    }

    /** Refuses an array whose name tells another shape, beside states of {@code [tokens, width]}. */
    static void requireShape(String name, FloatTensor values, int tokens, int width) {
        int[] shape = values.shape();
        if (name.equals(ActivationSession.FINAL)) {
            require(
                    Arrays.equals(shape, new int[] {1, tokens, width}),
                    name,
                    shape,
                    "[1, " + tokens + ", " + width + "]");
        } else if (name.equals(ActivationSession.LOGITS)) {
            require(
                    shape.length == 3 && shape[0] == 1 && (shape[1] == tokens || shape[1] == 1) && shape[2] > 0,
                    name,
                    shape,
                    "[1, " + tokens + ", vocabulary] or [1, 1, vocabulary]");
        } else if (name.equals(ActivationSession.ATTENTION_PATTERNS)) {
            require(
                    shape.length == 4 && shape[2] == tokens && shape[3] >= tokens,
                    name,
                    shape,
                    "[blocks, heads, " + tokens + ", at least " + tokens + "]");
        }
    }

    private static void require(boolean fits, String name, int[] shape, String expected) {
        if (!fits) {
            throw new BadRequestException(
                    "Array \"" + name + "\" has the shape " + Arrays.toString(shape) + "; expected " + expected + ".");
        }
    }
}
