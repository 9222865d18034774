package io.github.residual4j.capture;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something slow that is computed once, beside other work: begun by whoever comes first, awaited by who needs it. */
final class Once<T> {
    private final Supplier<T> computation;
    private @Nullable CompletableFuture<T> result; // guarded by this

    Once(Supplier<T> computation) {
        this.computation = computation;
    }

    /** Begins in a thread of its own, unless it has begun. */
    synchronized CompletableFuture<T> begin() {
        if (result == null) {
            result = CompletableFuture.supplyAsync(computation, task -> {
                Thread thread = new Thread(task, "residual4j-digest");
                thread.setDaemon(true);
                thread.start();
            });
        }
        return result;
    }

    /** Waits for the result, or throws what the computation threw. */
    T get() {
        try {
            return begin().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
