package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import java.util.Optional;

/** Whether a session is of the weights that it is read with. */
final class SameWeights {
    private SameWeights() {}

    /** Refuses a session of states of another width. */
    static void requireWidth(LanguageModel model, ActivationSession session) {
        int width = model.description().shape().width();
        if (session.width() != width) {
            throw new BadRequestException("The session's states are " + session.width() + " wide; those of "
                    + model.name() + " are " + width + ".");
        }
    }

    /** Refuses a session that other weights made, or that does not tell which. */
    static void require(LanguageModel model, ActivationSession session) {
        requireWidth(model, session);
        Optional<String> hash = session.provenance().modelSha256();
        if (hash.isEmpty()) {
            throw new BadRequestException(
                    "The session does not tell which weights it is of, so not whether they are those of " + model.name()
                            + "; say evenOfOtherWeights() to read it all the same.");
        }
        String own = model.weightsSha256();
        if (!hash.get().equals(own)) {
            throw new BadRequestException("The session is of other weights than " + model.name() + ": SHA-256 "
                    + hash.get() + ", not " + own + "; say evenOfOtherWeights() to read it all the same.");
        }
    }
}
