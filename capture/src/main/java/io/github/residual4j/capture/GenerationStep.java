package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.hook.Token;
import java.util.List;
import java.util.Optional;

/**
 * One token that was generated.
 *
 * @param token the token, with its position in the whole text
 * @param text what it adds to the text, in whole characters: empty while a character of several tokens is not complete,
 *     or where the model has no tokenizer
 * @param logProbability its log-probability by the model, before temperature and the like, in nats
 * @param likeliest the likeliest tokens there, the likeliest first
 * @param states what was captured of the tokens that were read for it: the prompt for the first step, the token before
 *     for others; empty unless points were asked for
 */
public record GenerationStep(
        Token token,
        String text,
        double logProbability,
        List<TokenProbability> likeliest,
        Optional<ActivationSession> states) {
    /**
     * Copies the list.
     *
     * @param token the token, with its position in the whole text
     * @param text what it adds to the text
     * @param logProbability its log-probability by the model
     * @param likeliest the likeliest tokens there
     * @param states what was captured of the tokens that were read for it
     */
    public GenerationStep {
        likeliest = List.copyOf(likeliest);
    }
}
