package io.github.residual4j.capture.internal.run;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import io.github.residual4j.error.CancelledException;
import io.github.residual4j.error.CaptureException;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Ends ONNX Runtime's work on one request, between two operators of the graph: when any thread calls {@link #cancel()},
 * and when the working thread is interrupted, which keeps its interrupt flag.
 */
public final class Cancellation {
    private boolean cancelled; // guarded by this
    private final Set<Run> running = new HashSet<>(); // guarded by this

    /** Ends the runs that are under way and refuses those that follow. */
    public synchronized void cancel() {
        cancelled = true;
        running.forEach(Run::terminate);
    }

    /** Whether it was asked to end. */
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** @throws CancelledException if it was asked to end, or this thread is interrupted */
    public void check() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancelledException("The capture was interrupted.");
        }
        if (isCancelled()) {
            throw new CancelledException("The capture was cancelled.");
        }
    }

    /**
     * Runs a session. Several threads may each run one.
     *
     * @throws CancelledException if the run was cancelled or its thread interrupted
     * @throws OrtException if it fails
     */
    OrtSession.Result run(
            OrtSession session, Map<String, OnnxTensor> inputs, Set<String> requested, Map<String, OnnxTensor> pinned)
            throws OrtException {
        try (RunOptions options = new RunOptions()) {
            Run run = new Run(options);
            enter(run);
            try {
                return run.call(session, inputs, requested, pinned);
            } finally {
                leave(run); // from here on nobody terminates it, so that the options may be closed
            }
        }
    }

    private synchronized void enter(Run run) {
        if (cancelled) {
            throw new CancelledException("The capture was cancelled.");
        }
        running.add(run);
    }

    private synchronized void leave(Run run) {
        running.remove(run);
    }

    /**
     * One run, in the form of the one thing in Java that is told of its thread's interruption without waiting for it: a
     * channel. It is closed to end the run.
     */
    private static final class Run extends AbstractInterruptibleChannel {
        private final RunOptions options;

        Run(RunOptions options) {
            this.options = options;
        }

        OrtSession.Result call(
                OrtSession session,
                Map<String, OnnxTensor> inputs,
                Set<String> requested,
                Map<String, OnnxTensor> pinned)
                throws OrtException {
            OrtSession.Result result = null;
            try {
                try {
                    begin();
                    result = session.run(inputs, requested, pinned, options);
                } finally {
                    end(result != null); // throws if the channel was closed meanwhile
                }
                return result;
            } catch (AsynchronousCloseException e) {
                if (result != null) {
                    result.close();
                }
                boolean interrupted = e instanceof ClosedByInterruptException;
                throw new CancelledException("The capture was " + (interrupted ? "interrupted." : "cancelled."), e);
            }
        }

        void terminate() {
            try {
                close();
            } catch (IOException e) {
                throw new CaptureException("ONNX Runtime cannot be told to stop: " + e.getMessage(), e);
            }
        }

        @Override
        protected void implCloseChannel() throws IOException {
            try {
                options.setTerminate(true);
            } catch (OrtException e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        @Override
        public String toString() {
            return "a run of ONNX Runtime";
        }
    }
}
