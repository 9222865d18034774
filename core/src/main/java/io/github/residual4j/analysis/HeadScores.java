package io.github.residual4j.analysis;

import java.util.List;

/**
 * Scores by which heads are named: the share of all of a head's attention that goes where such a head looks, Σ(A ⊙ D) /
 * ΣA over all queries and keys of the text, nothing left out. They tell most on a text that is repeated, such as random
 * tokens twice.
 */
public final class HeadScores extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public HeadScores(View view, List<Measure> measures) {
        super("head_scores", "Scores that name heads", view, measures);
    }

    /** {@return the share that goes to the position before; {@code [blocks, heads]}, from 0 to 1} */
    public Measure previousToken() {
        return measure("previous_token");
    }

    /** {@return the share that goes to earlier positions of the same token; {@code [blocks, heads]}, from 0 to 1} */
    public Measure duplicateToken() {
        return measure("duplicate_token");
    }

    /**
     * {@return the share that goes to what followed an earlier occurrence of the token; {@code [blocks, heads]}, from 0
     * to 1 (Olsson et al} 2022, In-context Learning and Induction Heads).
     */
    public Measure induction() {
        return measure("induction");
    }
}
