package io.github.residual4j.analysis;

import java.util.List;

/**
 * Cosine similarity of every token with every other inside one point: x·y / (‖x‖ ‖y‖); 0 where a vector is zero, NaN
 * where a value is.
 */
public final class CosineBetweenTokens extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public CosineBetweenTokens(View view, List<Measure> measures) {
        super("cosine_between_tokens", "Cosine between the tokens of one point", view, measures);
    }

    /** {@return the cosine of every pair of tokens; {@code [tokens, tokens]}, in [−1, 1], symmetric} */
    public Measure cosine() {
        return measure("cosine");
    }
}
