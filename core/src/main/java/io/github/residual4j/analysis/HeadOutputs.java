package io.github.residual4j.analysis;

import java.util.List;

/** What each attention head writes to the stream at each token: z · W_O of that head, without the output's bias. */
public final class HeadOutputs extends AnalysisResult {
    /**
     * Made by the model; the measures bear the names of the methods below.
     *
     * @param view whose logit is contributed to, and of what text
     * @param measures its numbers, under the names of the methods below
     */
    public HeadOutputs(View view, List<Measure> measures) {
        super("head_outputs", "What each head writes", view, measures);
    }

    /** {@return the L2 norm; {@code [blocks, heads, tokens]}} */
    public Measure norm() {
        return measure("norm");
    }

    /** {@return what it adds to the logit, with the final norm's scale of this run; {@code [blocks, heads, tokens]}} */
    public Measure contribution() {
        return measure("contribution");
    }
}
