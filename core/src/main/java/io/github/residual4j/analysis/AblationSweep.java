package io.github.residual4j.analysis;

import java.util.List;

/**
 * What silencing one part of a model after the other does to the answer. The metric m is a number read off the last position's
 * logits.
 */
public final class AblationSweep extends AnalysisResult {
    /**
     * Made by the experiment; the measures bear the names of the methods below.
     *
     * @param title what was done, in words
     * @param view what was silenced
     * @param measures its numbers, under the names of the methods below
     */
    public AblationSweep(String title, View view, List<Measure> measures) {
        super("ablation", title, view, measures);
    }

    /** {@return m of each run; {@code [blocks, parts]}, in the metric's unit} */
    public Measure value() {
        return measure("value");
    }

    /** {@return m of each run less m of the whole model; {@code [blocks, parts]}} */
    public Measure change() {
        return measure("change");
    }

    /** {@return m of the whole model; {@code [1]}} */
    public Measure whole() {
        return measure("whole");
    }
}
