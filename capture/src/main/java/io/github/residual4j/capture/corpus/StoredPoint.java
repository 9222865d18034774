package io.github.residual4j.capture.corpus;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A point of a model whose values are kept, a row for each token.
 *
 * @param key which one
 * @param width how many values a row has
 */
record StoredPoint(HookKey key, int width) {
    /**
     * A point of a model.
     *
     * @throws BadRequestException if the model does not offer it
     */
    static StoredPoint of(HookKey key, LanguageModel model) {
        int blocks = model.description().shape().blocks();
        if (!model.description().offers().contains(key.point()) || key.block() >= blocks) {
            String offered = model.description().offers().stream()
                    .filter(point -> refusal(point).isEmpty())
                    .map(point -> point.nameIn(0).replace("blocks.0.", "blocks.l."))
                    .collect(Collectors.joining(", "));
            throw new BadRequestException("The model " + model.name() + " has no " + key + " to store; it offers "
                    + offered + ", with l from 0 to " + (blocks - 1) + ".");
        }
        return new StoredPoint(key, width(key.point(), model));
    }

    private static int width(HookPoint point, LanguageModel model) {
        return switch (point) {
            case MLP_PRE, MLP_POST -> model.config().innerWidth();
            case LN1_SCALE, LN2_SCALE, FINAL_SCALE -> 1;
            default -> model.description().shape().width();
        };
    }

    /** Why the values of a point are not stored, of whatever model; mostly they are. */
    static Optional<String> refusal(HookPoint point) {
        return switch (point) {
            case ATTENTION_SCORES, ATTENTION_PATTERN ->
                Optional.of(
                        "is a number for each pair of tokens and no row for each token; it can be captured text by text");
            case LOGITS ->
                Optional.of(
                        "is a number for each token of the vocabulary; store final, whose product with the unembedding it is");
            default -> Optional.empty();
        };
    }

    String name() {
        return key.name();
    }

    /** Its values in a session, the rows of all tokens one after the other. */
    FloatBuffer in(ActivationSession session) {
        return key.point().isStream()
                ? session.state(session.point(name()).index())
                : session.arrays().get(name()).asBuffer();
    }
}
