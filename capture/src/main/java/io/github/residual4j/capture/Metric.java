package io.github.residual4j.capture;

import io.github.residual4j.error.BadRequestException;
import java.util.function.ToDoubleFunction;

/**
 * A number read off the logits of a text's last position, by which runs are compared. Immutable.
 */
public final class Metric {
    private final String name;
    private final Value value;

    /** From logits, and those of the run without changes. */
    @FunctionalInterface
    interface Value {
        double of(float[] logits, float[] plain);
    }

    private Metric(String name, Value value) {
        this.name = name;
        this.value = value;
    }

    /**
     * {@return the logit of one token less that of another}
     *
     * @param answer the id of the token that should win
     * @param wrong the id of the other
     */
    public static Metric logitDifference(long answer, long wrong) {
        return new Metric("logit difference", (logits, plain) -> (double) at(logits, answer) - at(logits, wrong));
    }

    /**
     * {@return the probability of a token, in [0, 1]}
     *
     * @param answer its id
     */
    public static Metric probability(long answer) {
        return new Metric("probability", (logits, plain) -> StrictMath.exp(at(logits, answer) - logSumExp(logits)));
    }

    /**
     * {@return the log-probability of a token, in nats}
     *
     * @param answer its id
     */
    public static Metric logProbability(long answer) {
        return new Metric("log-probability", (logits, plain) -> at(logits, answer) - logSumExp(logits));
    }

    /** {@return the Kullback-Leibler divergence of a run from the clean one, Σ p_clean (log p_clean − log p), in nats} */
    public static Metric divergence() {
        return new Metric("KL divergence", Metric::divergence);
    }

    /**
     * {@return a metric of one's own}
     *
     * @param name what it is called in results
     * @param function of the logits, {@code [vocabulary]}
     */
    public static Metric of(String name, ToDoubleFunction<float[]> function) {
        BadRequestException.requireGiven(function, "function");
        return new Metric(
                BadRequestException.requireGiven(name, "name"),
                (logits, plain) -> function.applyAsDouble(logits.clone()));
    }

    /**
     * Reads it off.
     *
     * @param logits of a changed run
     * @param plain of the run it is compared with
     */
    double value(float[] logits, float[] plain) {
        return value.of(logits, plain);
    }

    private static float at(float[] logits, long id) {
        return logits[Vocabulary.index(id, logits.length)];
    }

    private static double divergence(float[] logits, float[] plain) {
        double normalizer = logSumExp(logits);
        double plainNormalizer = logSumExp(plain);
        double sum = 0;
        for (int id = 0; id < logits.length; id++) {
            double logP = plain[id] - plainNormalizer;
            sum += StrictMath.exp(logP) * (logP - (logits[id] - normalizer));
        }
        return sum;
    }

    private static double logSumExp(float[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += StrictMath.exp(logit - max);
        }
        return max + StrictMath.log(sum);
    }

    @Override
    public String toString() {
        return name;
    }
}
