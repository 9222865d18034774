package io.github.residual4j.capture;

import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.error.CaptureException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Something slow that is computed once, beside other work: begun by whoever comes first, awaited by who needs it. */
final class BackgroundValue<T> {
    private final String threadName;
    private final FutureTask<T> task;
    private final AtomicBoolean begun = new AtomicBoolean();

    /**
     * @param threadName what the thread that computes it is called
     * @param computation computes it
     */
    BackgroundValue(String threadName, Supplier<T> computation) {
        this.threadName = threadName;
        task = new FutureTask<>(computation::get);
    }

    /** A value that has begun to be computed. */
    static <T> BackgroundValue<T> begun(String threadName, Supplier<T> computation) {
        BackgroundValue<T> value = new BackgroundValue<>(threadName, computation);
        value.begin();
        return value;
    }

    /** Begins in a thread of its own, unless it has begun. */
    void begin() {
        if (begun.compareAndSet(false, true)) {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /**
     * Waits for the result, or throws what the computation threw.
     *
     * @throws CaptureException if the wait is cancelled or interrupted; the computation goes on
     */
    T get(Cancellation cancellation) {
        begin();
        while (true) {
            cancellation.check();
            try {
                return task.get(20, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // looks again whether it was cancelled
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new CompletionException(e.getCause());
            }
        }
    }
}
