package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.internal.text.Counted;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Runs a stream of texts as it is asked for their sessions, reading ahead no further than a few batches. */
final class CaptureStream extends Spliterators.AbstractSpliterator<ActivationSession> {
    private final LanguageModel model;
    private final Iterator<? extends CaptureInput> texts;
    private final CaptureSpec spec;
    private final BatchLimits limits;
    private final Consumer<CaptureProgress> progress;
    private TextWindow window = new TextWindow();
    private long textsRead;
    private CaptureProgress done = new CaptureProgress(0, 0);
    private final Cancellation cancellation = new Cancellation();

    private CaptureStream(
            LanguageModel model,
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

    /** The sessions of texts, in their order; closing the stream cancels what has not been given out. */
    static Stream<ActivationSession> of(
            LanguageModel model,
            Stream<? extends CaptureInput> texts,
            CaptureSpec spec,
            BatchLimits limits,
            Consumer<CaptureProgress> progress) {
        CaptureStream captures = new CaptureStream(model, texts.iterator(), spec, limits, progress);
        return StreamSupport.stream(captures, false)
                .onClose(captures.cancellation::cancel)
                .onClose(texts::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super ActivationSession> action) {
        checkCancelled();
        if (!window.hasNext()) {
            window = TextWindow.read(texts, textsRead, this::prepare, limits);
            textsRead += window.size();
            if (!window.hasNext()) {
                return false;
            }
        }
        action.accept(window.next(this::run));
        return true;
    }

    private SessionText prepare(CaptureInput input) {
        checkCancelled();
        return model.prepare(input, spec);
    }

    private List<ActivationSession> run(List<SessionText> batch) {
        List<ActivationSession> sessions;
        try {
            sessions = model.run(batch, spec, cancellation);
        } catch (CaptureException e) {
            checkCancelled();
            throw e;
        }
        long tokens = batch.stream().mapToLong(SessionText::length).sum();
        done = new CaptureProgress(done.texts() + batch.size(), done.tokens() + tokens);
        progress.accept(done);
        return sessions;
    }

    private void checkCancelled() {
        boolean interrupted = Thread.currentThread().isInterrupted();
        if (interrupted || cancellation.isCancelled()) {
            throw new CaptureException("The capture was " + (interrupted ? "interrupted" : "cancelled") + " after "
                    + Counted.of(done.texts(), "text") + ".");
        }
    }
}
