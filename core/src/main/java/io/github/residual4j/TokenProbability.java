package io.github.residual4j;

import java.util.Locale;
import java.util.Optional;

/**
 * A candidate for the next token.
 *
 * @param id the vocabulary's number for the token
 * @param text what the token reads, when known; part of a character is told by its bytes, {@code ⟨E6 9D⟩}
 * @param logit the model's score, in nats up to a constant
 * @param probability softmax of the logits over the whole vocabulary, in [0, 1]
 */
public record TokenProbability(long id, Optional<String> text, float logit, double probability) {
    private static final double PERCENT = 100;

    /** {@return text and probability, such as {@code " France" 65.0 %}} */
    @Override
    public String toString() {
        return text.map(t -> '"' + t + '"').orElse("id " + id)
                + String.format(Locale.ROOT, " %.1f %%", PERCENT * probability);
    }
}
