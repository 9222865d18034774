package io.github.residual4j.capture.hub;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The network or the hub failed in a way that may pass: the same request is worth another attempt. */
final class HubTrouble extends Exception {
    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    HubTrouble(String message, @Nullable Throwable cause) {
        this(message, cause, Duration.ZERO);
    }

    /** @param retryAfter how long the hub asks to be left alone */
    HubTrouble(String message, @Nullable Throwable cause, Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** What an exception says, or else what it is. */
    static String told(Throwable error) {
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
