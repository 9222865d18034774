package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts of like length that are run together, and what their run gives. To be used by one thread. */
final class TextBatch {
    private final List<SessionText> texts = new ArrayList<>();
    private final List<@Nullable ActivationSession> sessions = new ArrayList<>();
    private @Nullable BackgroundValue<List<ActivationSession>> run;

    /** Adds a text; {@return its place in the batch} */
    int add(SessionText text) {
        texts.add(text);
        return texts.size() - 1;
    }

    List<SessionText> texts() {
        return texts;
    }

    /** The run that has begun, if one has. */
    @Nullable
    BackgroundValue<List<ActivationSession>> run() {
        return run;
    }

    void begun(BackgroundValue<List<ActivationSession>> newRun) {
        run = newRun;
    }

    boolean isDone() {
        return !sessions.isEmpty();
    }

    /** Takes in what the run gave, in the order of the texts. */
    void done(List<ActivationSession> given) {
        run = null;
        sessions.addAll(given);
    }

    /** A text's session, to be taken once, since what was handed out is not held. */
    ActivationSession take(int place) {
        ActivationSession session = sessions.set(place, null);
        if (session == null) {
            throw new IllegalStateException("the session of text " + place + " was taken before");
        }
        return session;
    }
}
