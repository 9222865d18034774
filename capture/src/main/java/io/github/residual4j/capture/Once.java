package io.github.residual4j.capture;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Something slow that is computed once, beside other work: begun by whoever comes first, awaited by who needs it. */
final class Once<T> {
    private final FutureTask<T> task;
    private final AtomicBoolean begun = new AtomicBoolean();

    Once(Supplier<T> computation) {
        task = new FutureTask<>(computation::get);
    }

    /** Begins in a thread of its own, unless it has begun. */
    void begin() {
        if (begun.compareAndSet(false, true)) {
            Thread thread = new Thread(task, "residual4j-digest");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Waits for the result, or throws what the computation threw. */
    T get() {
        begin();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true; // the caller learns of it afterwards
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
