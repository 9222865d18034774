package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.internal.text.Counted;
import java.nio.FloatBuffer;
import java.util.Optional;

/** Finds and counts values that are no finite numbers. */
final class UnwantedValues {
    private final Kind kind;
    private long searched;
    private long found;
    private String first = "";

    UnwantedValues(Kind kind) {
        this.kind = kind;
    }

    /** What is not wanted. */
    enum Kind {
        NAN("NaN"),
        INFINITY("infinity"),
        NOT_FINITE("NaN and no infinity");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        private boolean is(float value) {
            return switch (this) {
                case NAN -> Float.isNaN(value);
                case INFINITY -> Float.isInfinite(value);
                case NOT_FINITE -> !Float.isFinite(value);
            };
        }
    }

    /** All points and further arrays of a session. */
    static UnwantedValues in(ActivationSession session, Kind kind) {
        UnwantedValues values = new UnwantedValues(kind);
        for (int p = 0; p < session.points().size(); p++) {
            values.search(Places.ofPoint(session, p), session.state(p));
        }
        session.arrays().forEach((name, array) -> values.search(Places.ofArray(session, name), array.asBuffer()));
        return values;
    }

    UnwantedValues search(Places places, FloatBuffer values) {
        for (int i = 0; i < values.remaining(); i++) {
            if (kind.is(values.get(i))) {
                if (found == 0) {
                    first = places.at(i) + ": " + values.get(i);
                }
                found++;
            }
        }
        searched += values.remaining();
        return this;
    }

    /** What is wrong, if anything was found. */
    Optional<String> explanation() {
        return found == 0
                ? Optional.empty()
                : Optional.of("Expecting no " + kind.words + " but found " + found + " among "
                        + Counted.of(searched, "value") + ", the first at\n  " + first);
    }
}
