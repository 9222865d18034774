package io.github.residual4j.capture;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;

/**
 * What a path leads to: an input of one attention head.
 *
 * @param input {@link HookPoint#Q}, {@link HookPoint#K} or {@link HookPoint#V}
 * @param block counted from 0
 * @param head counted from 0
 */
public record Receiver(HookPoint input, int block, int head) {
    /**
     * Refuses what is no input of a head.
     *
     * @param input {@link HookPoint#Q}, {@link HookPoint#K} or {@link HookPoint#V}
     * @param block counted from 0
     * @param head counted from 0
     * @throws BadRequestException if the hook point is another, or a number is below 0
     */
    public Receiver {
        if (input != HookPoint.Q && input != HookPoint.K && input != HookPoint.V) {
            throw new BadRequestException(
                    "A receiver is the query, key or value of a head, Q, K or V, not " + input + ".");
        }
        if (block < 0 || head < 0) {
            throw new BadRequestException(
                    "Blocks and heads are counted from 0; there is no block " + block + ", head " + head + ".");
        }
    }

    /** {@return its name, such as {@code blocks.6.attn.v:1}} */
    @Override
    public String toString() {
        return input.nameIn(block) + ":" + head;
    }
}
