package io.github.residual4j.internal.measure;

import io.github.residual4j.internal.kernel.Parallel;
import java.util.function.IntConsumer;

/**
 * The tokens of a view cut into parts, by its shape alone, so that sums over a part and then over the parts in their
 * order have the same bits however many threads there are.
 *
 * @param tokens how many there are
 * @param perPart how many a part has, but for the last
 * @param work values that all parts go through
 */
record TokenChunks(int tokens, int perPart, long work) {
    /** The most parts, so that what is kept for each does not grow with the stream. */
    private static final int MOST = 64;

    /** Values that make a part worth its while. */
    private static final long VALUES = 1 << 17;

    /** Chunks of a view whose states are gone through once. */
    static TokenChunks of(StreamView view) {
        return of(view, 1);
    }

    /** Chunks of a view whose states are gone through several times. */
    static TokenChunks of(StreamView view, int times) {
        int tokens = view.tokens().size();
        long work = view.size() * times;
        long parts = Math.max(1, Math.min(MOST, work / VALUES));
        int atOnce = TokenSweep.tokensAtOnce(view);
        int even = (int) ((tokens + parts - 1) / parts);
        return new TokenChunks(tokens, (even + atOnce - 1) / atOnce * atOnce, work);
    }

    /** How many parts there are. */
    int count() {
        return (tokens + perPart - 1) / perPart;
    }

    /** The first token of a part. */
    int first(int part) {
        return part * perPart;
    }

    /** The token after the last of a part. */
    int end(int part) {
        return Math.min(tokens, (part + 1) * perPart);
    }

    /** Does something for each part. */
    void forEach(IntConsumer each) {
        Parallel.forEach(count(), work, each);
    }
}
