package io.github.residual4j.capture;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.Counted;

/**
 * How much is run at once.
 *
 * @param texts at most this many texts
 * @param tokens at most this many tokens, filling included; a single text may have more
 * @param atOnce how many batches run at the same time
 */
record BatchLimits(int texts, int tokens, int atOnce) {
    static final BatchLimits DEFAULT = new BatchLimits(16, 1024, 1);

    /** How many tokens are looked at together to find texts of like length. */
    private static final int BATCHES_AHEAD = 4;

    BatchLimits {
        if (texts < 1 || tokens < 1) {
            throw new BadRequestException("A batch holds at least 1 text and 1 token, not " + Counted.of(texts, "text")
                    + " and " + Counted.of(tokens, "token") + ".");
        }
        if (atOnce < 1) {
            throw new BadRequestException("At least 1 batch runs at a time, not " + atOnce + ".");
        }
    }

    BatchLimits withSize(int newTexts, int newTokens) {
        return new BatchLimits(newTexts, newTokens, atOnce);
    }

    BatchLimits withAtOnce(int batches) {
        return new BatchLimits(texts, tokens, batches);
    }

    /** Whether no more texts are to be read ahead. */
    boolean isEnoughAhead(int textsAhead, long tokensAhead) {
        return textsAhead >= (long) texts * BATCHES_AHEAD || tokensAhead >= (long) tokens * BATCHES_AHEAD;
    }

    /**
     * Whether a text may join a batch of shorter ones: never so that more than half of a text's row is filling.
     *
     * @param size how many texts the batch has
     * @param shortest the length of its shortest text
     * @param length the length of the next one, at least that of any in the batch
     */
    boolean admits(int size, int shortest, int length) {
        return size < texts && (size + 1L) * length <= tokens && length <= 2 * shortest;
    }
}
