package io.github.residual4j.capture;

import java.util.Optional;

/** A text as the model sees it: its tokens' ids and, when known, its characters without a token put before them. */
final class SessionText {
    private final long[] ids;
    private final Optional<String> text;

    SessionText(long[] ids, Optional<String> text) {
        this.ids = ids;
        this.text = text;
    }

    /** The ids themselves, which nobody changes. */
    long[] ids() {
        return ids;
    }

    int length() {
        return ids.length;
    }

    Optional<String> text() {
        return text;
    }
}
