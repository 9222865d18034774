package io.github.residual4j.capture;

import io.github.residual4j.error.BadRequestException;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** A text of random tokens that come twice, by which heads are known that look for what came before. */
final class RepeatedTokens {
    private RepeatedTokens() {}

    /**
     * The ids, the beginning-of-sequence token first where the model has one.
     *
     * @param length how many tokens are drawn
     * @throws BadRequestException if these are fewer than 2
     */
    static long[] drawn(ModelShape shape, int length, long seed) {
        if (length < 2) {
            throw new BadRequestException("At least 2 tokens are repeated, not " + length + ".");
        }
        OptionalLong begin = shape.beginningOfSequence();
        int first = begin.isPresent() ? 1 : 0;
        long[] ids = new long[first + 2 * length];
        begin.ifPresent(id -> ids[0] = id);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < length; i++) {
            ids[first + i] = random.nextInt(shape.vocabulary());
            ids[first + length + i] = ids[first + i];
        }
        return ids;
    }
}
