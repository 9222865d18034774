package io.github.residual4j;

import java.util.Optional;

/**
 * A candidate for the next token.
 *
 * @param id the vocabulary's number for the token
 * @param text what the token decodes to, when known
 * @param logit the model's score, in nats up to a constant
 * @param probability softmax of the logits over the whole vocabulary, in [0, 1]
 */
public record TokenProbability(long id, Optional<String> text, float logit, double probability) {}
