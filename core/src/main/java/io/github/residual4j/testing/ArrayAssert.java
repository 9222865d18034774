package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import org.assertj.core.util.CheckReturnValue;

/**
 * What can be asserted of one of a session's further arrays, such as {@link ActivationSession#FINAL},
 * {@link ActivationSession#LOGITS} or {@link ActivationSession#ATTENTION_PATTERNS}, or of a part of it.
 */
public class ArrayAssert extends AbstractActivationsAssert<ArrayAssert> {
    /** @param actual the array */
    public ArrayAssert(ActivationSlice actual) {
        super(actual, ArrayAssert.class);
    }

    /**
     * {@return the part at some indices of the first axes: {@code array("attention_patterns").at(2, 3)} is the pattern
     * of block 2, head 3, {@code [tokens, attended]}, and {@code array("final").at(0, 4)} token 4's state after the
     * final layer norm}
     *
     * @param indices an index for each of as many axes, the first ones; counted from 0
     * @throws BadRequestException if an axis or index does not exist
     */
    @CheckReturnValue
    public ArrayAssert at(int... indices) {
        isNotNull();
        ActivationSlice part = actual;
        for (int index : indices) {
            part = part.at(index);
        }
        return next(ArrayAssert.class, ActivationSlice.class, part, ArrayAssert::new);
    }
}
