package io.github.residual4j.capture;

import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.text.Counted;
import java.util.List;
import java.util.Locale;

/**
 * How likely a text is to a model.
 *
 * @param tokens the tokens that were scored, each by those before it in its window; a text's first token never is
 * @param logProbabilities of each, in nats
 */
public record TextScore(List<Token> tokens, List<Double> logProbabilities) {
    /**
     * Copies the lists.
     *
     * @param tokens the tokens that were scored
     * @param logProbabilities of each, in nats
     */
    public TextScore {
        tokens = List.copyOf(tokens);
        logProbabilities = List.copyOf(logProbabilities);
    }

    /** {@return the sum of the log-probabilities, in nats} */
    public double sum() {
        return logProbabilities.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** {@return the mean of the log-probabilities, in nats} */
    public double mean() {
        return sum() / logProbabilities.size();
    }

    /** {@return exp(−mean): as if the model chose each token among so many} */
    public double perplexity() {
        return StrictMath.exp(-mean());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s scored, perplexity %.2f", Counted.of(tokens.size(), "token"), perplexity());
    }
}
