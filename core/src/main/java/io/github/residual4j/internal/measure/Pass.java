package io.github.residual4j.internal.measure;

import io.github.residual4j.internal.kernel.KernelChoice;
import io.github.residual4j.internal.kernel.Kernels;

/** One question's share of a pass over the states: it is shown a few tokens at a time, at all points. */
interface Pass {
    /** Takes in the tokens from {@code firstToken} on. */
    void accept(Kernels kernels, int firstToken, int tokens);

    /** Values of one point that stay in the first-level cache while every question looks at them. */
    int CACHED = 4096;

    /** The most tokens that are shown at a time. */
    static int tokensAtOnce(StreamView view) {
        return Math.max(1, CACHED / view.width());
    }

    /** Goes once through a view for several questions. */
    static void run(StreamView view, Pass... passes) {
        Kernels kernels = KernelChoice.forWork(view.size());
        int tokens = view.tokens().size();
        int step = tokensAtOnce(view);
        for (int token = 0; token < tokens; token += step) {
            for (Pass pass : passes) {
                pass.accept(kernels, token, Math.min(step, tokens - token));
            }
        }
    }
}
