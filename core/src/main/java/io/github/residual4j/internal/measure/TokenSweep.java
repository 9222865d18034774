package io.github.residual4j.internal.measure;

import io.github.residual4j.internal.kernel.KernelChoice;
import io.github.residual4j.internal.kernel.Kernels;

/**
 * One question's share of a pass over the states. The tokens are cut into chunks, which several threads may work on; what
 * a question adds up it adds up for each chunk, and then over the chunks in their order.
 */
interface TokenSweep {
    /** Begins a chunk; called once for each, by any thread. */
    ChunkSums chunk(int number);

    /** One question's share of one chunk: it is shown a few tokens at a time, at all points. */
    interface ChunkSums {
        /** Takes in the tokens from {@code firstToken} on. */
        void accept(Kernels kernels, int firstToken, int tokens);
    }

    /** Values of one point shown at a time, so that those of all points stay in a cache for the next question. */
    int CACHED = 4096;

    /** The most tokens that are shown at a time. */
    static int tokensAtOnce(StreamView view) {
        return Math.max(1, Math.min(view.tokens().size(), CACHED / view.width()));
    }

    /** Goes once through a view for several questions. */
    static void run(StreamView view, TokenSweep... passes) {
        Kernels kernels = KernelChoice.forWork(view.size());
        TokenChunks chunks = TokenChunks.of(view);
        int step = tokensAtOnce(view);
        chunks.forEach(chunk -> {
            Kernels own = chunks.count() == 1 ? kernels : kernels.another();
            ChunkSums[] shares = new ChunkSums[passes.length];
            for (int i = 0; i < passes.length; i++) {
                shares[i] = passes[i].chunk(chunk);
            }
            int end = chunks.end(chunk);
            for (int token = chunks.first(chunk); token < end; token += step) {
                for (ChunkSums share : shares) {
                    share.accept(own, token, Math.min(step, end - token));
                }
            }
        });
    }
}
