package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.CaptureException;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Runs a stream of texts as it is asked for their sessions, reading ahead no further than a few batches. */
final class CaptureStream extends Spliterators.AbstractSpliterator<ActivationSession> {
    private final Gpt2 model;
    private final Iterator<? extends CaptureInput> texts;
    private final CaptureSpec spec;
    private final BatchLimits limits;
    private final Consumer<CaptureProgress> progress;
    private TextWindow window = new TextWindow();
    private long textsRead;
    private CaptureProgress done = new CaptureProgress(0, 0);
    private volatile boolean cancelled;

    private CaptureStream(
            Gpt2 model,
            Iterator<? extends CaptureInput> texts,
            CaptureSpec spec,
            BatchLimits limits,
            Consumer<CaptureProgress> progress) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.model = model;
        this.texts = texts;
        this.spec = spec;
        this.limits = limits;
        this.progress = progress;
    }

    /** The sessions of texts, in their order; closing the stream cancels what has not begun. */
    static Stream<ActivationSession> of(
            Gpt2 model,
            Stream<? extends CaptureInput> texts,
            CaptureSpec spec,
            BatchLimits limits,
            Consumer<CaptureProgress> progress) {
        CaptureStream captures = new CaptureStream(model, texts.iterator(), spec, limits, progress);
        return StreamSupport.stream(captures, false)
                .onClose(() -> captures.cancelled = true)
                .onClose(texts::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super ActivationSession> action) {
        checkCancelled();
        if (!window.hasNext()) {
            window = TextWindow.read(texts, textsRead, input -> model.prepare(input, spec), limits);
            textsRead += window.size();
            if (!window.hasNext()) {
                return false;
            }
        }
        action.accept(window.next(this::run));
        return true;
    }

    private List<ActivationSession> run(List<SessionText> batch) {
        List<ActivationSession> sessions = model.run(batch, spec);
        long tokens = batch.stream().mapToLong(SessionText::length).sum();
        done = new CaptureProgress(done.texts() + batch.size(), done.tokens() + tokens);
        progress.accept(done);
        return sessions;
    }

    private void checkCancelled() {
        if (cancelled) {
            throw new CaptureException("The capture was cancelled after " + done.texts() + " texts.");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new CaptureException("The capture was interrupted after " + done.texts() + " texts.");
        }
    }
}
