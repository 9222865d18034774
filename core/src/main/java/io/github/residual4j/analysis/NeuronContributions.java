package io.github.residual4j.analysis;

import java.util.List;

/** The neurons of one MLP that add most to a logit, with the final norm's scale of the run held fixed. */
public final class NeuronContributions extends AnalysisResult {
    /**
     * Made by the model; the measures bear the names of the methods below.
     *
     * @param view whose logit it is, where it is read and of which block
     * @param measures its numbers, under the names of the methods below
     */
    public NeuronContributions(View view, List<Measure> measures) {
        super("neurons", "What each neuron adds to the logit", view, measures);
    }

    /** {@return the neurons, those of largest magnitude first; {@code [neurons]}, counted from 0} */
    public Measure neurons() {
        return measure("neuron");
    }

    /** {@return what each of them adds; {@code [neurons]}, in logits} */
    public Measure values() {
        return measure("value");
    }

    /** {@return what all neurons of the MLP add together, without the output's bias; {@code [1]}, in logits} */
    public Measure all() {
        return measure("all");
    }

    /** {@return what the output's bias adds; {@code [1]}, in logits} */
    public Measure bias() {
        return measure("bias");
    }
}
