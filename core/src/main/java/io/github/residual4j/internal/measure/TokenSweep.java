package io.github.residual4j.internal.measure;

import io.github.residual4j.internal.kernel.KernelChoice;
import io.github.residual4j.internal.kernel.Kernels;

/**
 * One question's share of a pass over the states. The tokens are cut into parts, which several threads may work on; what
 * a question adds up it adds up for each part, and then over the parts in their order.
 */
interface TokenSweep {
    /** Begins a part; called once for each, by any thread. */
    Part part(int number);

    /** One question's share of one part: it is shown a few tokens at a time, at all points. */
    interface Part {
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
        TokenChunks parts = TokenChunks.of(view);
        int step = tokensAtOnce(view);
        parts.forEach(part -> {
            Kernels own = parts.count() == 1 ? kernels : kernels.another();
            Part[] shares = new Part[passes.length];
            for (int i = 0; i < passes.length; i++) {
                shares[i] = passes[i].part(part);
            }
            int end = parts.end(part);
            for (int token = parts.first(part); token < end; token += step) {
                for (Part share : shares) {
                    share.accept(own, token, Math.min(step, end - token));
                }
            }
        });
    }
}
