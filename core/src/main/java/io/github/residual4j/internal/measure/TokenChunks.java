package io.github.residual4j.internal.measure;

import io.github.residual4j.internal.kernel.Parallel;
import java.util.function.IntConsumer;

/**
 * The tokens of a view cut into chunks, by its shape alone, so that sums over a chunk and then over the chunks in their
 * order have the same bits however many threads there are.
 *
 * @param tokens how many there are
 * @param perChunk how many a chunk has, but for the last
 * @param work values that all chunks go through
 */
record TokenChunks(int tokens, int perChunk, long work) {
    /** The most chunks, so that what is kept for each does not grow with the stream. */
    private static final int MOST = 64;

    /** Values that make a chunk worth its while. */
    private static final long VALUES = 1 << 17;

    /** Chunks of a view whose states are gone through once. */
    static TokenChunks of(StreamView view) {
        return of(view, 1);
    }

    /** Chunks of a view whose states are gone through several times. */
    static TokenChunks of(StreamView view, int times) {
        int tokens = view.tokens().size();
        long work = view.size() * times;
        long chunks = Math.max(1, Math.min(MOST, work / VALUES));
        int atOnce = TokenSweep.tokensAtOnce(view);
        int even = (int) ((tokens + chunks - 1) / chunks);
        return new TokenChunks(tokens, (even + atOnce - 1) / atOnce * atOnce, work);
    }

    /** How many chunks there are. */
    int count() {
        return (tokens + perChunk - 1) / perChunk;
    }

    /** The first token of a chunk. */
    int first(int chunk) {
        return chunk * perChunk;
    }

    /** The token after the last of a chunk. */
    int end(int chunk) {
        return Math.min(tokens, (chunk + 1) * perChunk);
    }

    /** Does something for each chunk. */
    void forEach(IntConsumer each) {
        Parallel.forEach(count(), work, each);
    }
}
