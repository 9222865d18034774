package io.github.residual4j.capture.internal.experiment;

/**
 * Neighbouring blocks that are changed together.
 *
 * @param first the first of them
 * @param end the one after the last
 */
public record Window(int first, int end) {
    /**
     * The blocks around one, as many as fit: of an even number one more before it than after, as in Meng et al. 2022.
     *
     * @param block the one in the middle
     * @param size how many blocks
     * @param blocks how many the model has
     */
    public static Window around(int block, int size, int blocks) {
        return new Window(Math.max(0, block - size / 2), Math.min(blocks, block + (size + 1) / 2));
    }

    boolean holds(int block) {
        return block >= first && block < end;
    }
}
