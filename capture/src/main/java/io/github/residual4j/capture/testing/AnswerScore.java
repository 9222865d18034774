package io.github.residual4j.capture.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.TokenProbability;
import java.util.List;

/**
 * What a run makes of one candidate for the next token.
 *
 * @param logit in nats up to a constant
 * @param rank 1 for the likeliest
 * @param probability in [0, 1]
 */
record AnswerScore(double logit, int rank, double probability) {
    static AnswerScore of(ActivationSession session, long token) {
        List<TokenProbability> all = session.topTokens(Integer.MAX_VALUE);
        int place = 0;
        while (all.get(place).id() != token) {
            place++;
        }
        TokenProbability found = all.get(place);
        return new AnswerScore(found.logit(), place + 1, found.probability());
    }
}
