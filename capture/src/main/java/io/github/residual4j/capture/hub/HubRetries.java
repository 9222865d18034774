package io.github.residual4j.capture.hub;

import io.github.residual4j.error.CaptureException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts failed attempts in a row and waits longer after each: 1, 2, 4 and 8 times the first pause. */
final class HubRetries {
    private static final Logger LOG = LoggerFactory.getLogger(HubRetries.class);
    private static final int MAX_ATTEMPTS = 5;
    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(1);

    private final String task;
    private final Duration firstPause;
    private int failures;

    /** @param task what is being attempted, such as "download of this" */
    HubRetries(String task, Duration firstPause) {
        this.task = task;
        this.firstPause = firstPause;
    }

    /** Something came of the last attempt, so the next failure is the first again. */
    void progressed() {
        failures = 0;
    }

    /**
     * Waits before the next attempt.
     *
     * @throws CaptureException if this was the last attempt, or the thread is interrupted
     */
    void pauseAfter(HubTrouble trouble) {
        failures++;
        if (failures >= MAX_ATTEMPTS) {
            throw new CaptureException(
                    "The " + task + " failed " + failures + " times in a row, at last because " + trouble.getMessage()
                            + ".",
                    trouble);
        }
        Duration pause = firstPause.multipliedBy(1L << (failures - 1));
        if (trouble.retryAfter().compareTo(pause) > 0) {
            pause = trouble.retryAfter().compareTo(MAX_RETRY_AFTER) < 0 ? trouble.retryAfter() : MAX_RETRY_AFTER;
        }
        LOG.info("the {} failed because {}; next attempt in {} ms", task, trouble.getMessage(), pause.toMillis());
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureException("The " + task + " was interrupted.", e);
        }
    }
}
