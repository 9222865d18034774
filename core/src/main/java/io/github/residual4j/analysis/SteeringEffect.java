package io.github.residual4j.analysis;

import java.util.List;

/**
 * A steering vector, and what adding it does to the token that comes next after a text: the directions' lengths, how far
 * those of different blocks agree, and the answers' log-probabilities for each coefficient.
 */
public final class SteeringEffect extends AnalysisResult {
    /**
     * Made by the vector; the measures bear the names of the methods below.
     *
     * @param view what was steered
     * @param measures its numbers, under the names of the methods below
     */
    public SteeringEffect(View view, List<Measure> measures) {
        super("steering", "What adding a vector does to the next token", view, measures);
    }

    /** {@return the L2 norm of each block's direction; {@code [blocks]}} */
    public Measure norm() {
        return measure("norm");
    }

    /** {@return cosine of every two blocks' directions; {@code [blocks, blocks]}, in [−1, 1], 0 with a zero vector} */
    public Measure cosine() {
        return measure("cosine");
    }

    /**
     * {@return log-probabilities of the answers as the next token; {@code [answers, coefficients]}, in nats}
     */
    public Measure logProbability() {
        return measure("log_probability");
    }

    /**
     * {@return Σ p (log p − log q), p of the model as it is and q of the steered one; {@code [coefficients]}, in nats}
     */
    public Measure klFromUnsteered() {
        return measure("kl_from_unsteered");
    }
}
