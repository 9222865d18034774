package io.github.residual4j.capture;

import io.github.residual4j.error.CaptureException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** Lets many threads use a model at once until it is closed, which waits for them. */
final class UntilClosed {
    private final String modelName;
    private final ReadWriteLock use = new ReentrantReadWriteLock(); // held for reading by whoever uses the model
    private boolean closed; // guarded by use

    UntilClosed(String modelName) {
        this.modelName = modelName;
    }

    /**
     * Does something with the model, which may do more of that kind.
     *
     * @throws CaptureException if the model is closed
     */
    <T> T use(Supplier<T> work) {
        use.readLock().lock();
        try {
            if (closed) {
                throw new CaptureException("The model " + modelName + " is closed; open it again to use it.");
            }
            return work.get();
        } finally {
            use.readLock().unlock();
        }
    }

    /** Waits for whoever uses the model and frees it, once. */
    void close(Runnable free) {
        use.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                free.run();
            }
        } finally {
            use.writeLock().unlock();
        }
    }
}
