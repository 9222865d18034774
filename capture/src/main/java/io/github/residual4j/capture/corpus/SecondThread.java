package io.github.residual4j.capture.corpus;

import io.github.residual4j.error.CaptureException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Does work in the order in which it is given, while the thread that gives it goes on to make more. Work that waits holds
 * what it is about in memory, so that only so many tokens of it may wait. To be used by one thread.
 */
final class SecondThread implements AutoCloseable {
    private final int mostTokens;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long tokens; // of what waits
    private boolean failed; // used by the second thread alone
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread made = new Thread(work, "residual4j corpus");
        made.setDaemon(true);
        return made;
    });

    private record Waiting(int tokens, Future<?> done) {}

    /** @param mostTokens how many tokens may wait, unless it is those of one piece of work */
    SecondThread(int mostTokens) {
        this.mostTokens = mostTokens;
    }

    /**
     * Gives work, after waiting for earlier work where too much waits.
     *
     * @throws RuntimeException what earlier work threw; the work after that is not done
     */
    void give(int ofTokens, Runnable work) {
        while (!waiting.isEmpty() && tokens + ofTokens > mostTokens) {
            finishOne();
        }
        waiting.add(new Waiting(ofTokens, thread.submit(() -> carryOut(work))));
        tokens += ofTokens;
    }

    /** Does work, unless work before it failed: what it would write might lack what that should have done. */
    private void carryOut(Runnable work) {
        if (!failed) {
            failed = true; // until it has succeeded
            work.run();
            failed = false;
        }
    }

    /** Waits until all work is done, and throws as {@link #give} does. */
    void finish() {
        while (!waiting.isEmpty()) {
            finishOne();
        }
    }

    private void finishOne() {
        Waiting first = waiting.remove();
        tokens -= first.tokens();
        try {
            first.done().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureException("The run over the corpus was interrupted.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause(); // a Runnable throws nothing else
        }
    }

    /** Ends the thread once the work that was given is done, since nobody else may write where it does until then. */
    @Override
    public void close() {
        thread.shutdown();
        boolean interrupted = Thread.interrupted();
        while (!thread.isTerminated()) {
            try {
                thread.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
