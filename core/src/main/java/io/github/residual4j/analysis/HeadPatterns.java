package io.github.residual4j.analysis;

import java.util.List;

/**
 * Where each head looks: means over the query positions of the view. Position 0 is left out as a query, for it can
 * look only at itself; a view with no other position gives NaN.
 */
public final class HeadPatterns extends AnalysisResult {
    /**
     * Made by the analyzer; the measures bear the names of the methods below.
     *
     * @param view what of the session was looked at
     * @param measures its numbers, under the names of the methods below
     */
    public HeadPatterns(View view, List<Measure> measures) {
        super("attention_patterns", "Attention patterns of each head", view, measures);
    }

    /** {@return −Σ p ln p over the keys, in nats; {@code [blocks, heads]}, at least 0} */
    public Measure entropy() {
        return measure("entropy");
    }

    /**
     * {@return the share that goes to position 0, an attention sink where it is large; {@code [blocks, heads]}, from 0
     * to 1 (Xiao et al} 2023, Efficient Streaming Language Models with Attention Sinks).
     */
    public Measure firstPosition() {
        return measure("first_position");
    }

    /**
     * {@return the share that goes to the position before; {@code [blocks, heads]}, from 0 to 1 (Elhage et al} 2021, A
     * Mathematical Framework for Transformer Circuits).
     */
    public Measure previousToken() {
        return measure("previous_token");
    }

    /** {@return the share that stays at the position itself; {@code [blocks, heads]}, from 0 to 1} */
    public Measure self() {
        return measure("self");
    }
}
