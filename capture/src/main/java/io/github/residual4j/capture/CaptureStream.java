package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.internal.text.Counted;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
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
    private final Deque<TextWindow.Place> places =
            new ArrayDeque<>(); // of texts read and not handed out, in their order
    private final Deque<TextBatch> batches = new ArrayDeque<>(); // of theirs that are not done, the first needed first
    private Optional<BadRequestException> refused = Optional.empty(); // after them
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
        if (places.isEmpty() && !readAhead()) {
            if (refused.isPresent()) {
                throw refused.get();
            }
            return false;
        }
        TextWindow.Place place = places.remove();
        if (!place.batch().isDone()) {
            finishNext();
        }
        action.accept(place.batch().take(place.index()));
        return true;
    }

    /** Reads more texts; {@return whether there were any} */
    private boolean readAhead() {
        if (refused.isPresent()) {
            return false;
        }
        TextWindow window = TextWindow.read(texts, textsRead, this::prepare, limits);
        textsRead += window.places().size();
        refused = window.refused();
        window.places().stream().map(TextWindow.Place::batch).distinct().forEach(batches::add);
        return places.addAll(window.places());
    }

    private SessionText prepare(CaptureInput input) {
        checkCancelled();
        return model.prepare(input, spec);
    }

    /** Has the next batch run, and those after it at the same time that may. */
    private void finishNext() {
        if (limits.atOnce() > 1) {
            beginAhead();
        }
        TextBatch batch = batches.remove();
        BackgroundValue<List<ActivationSession>> run = batch.run();
        try {
            batch.done(run == null ? run(batch) : run.get(cancellation));
        } catch (CaptureException e) {
            checkCancelled();
            throw e;
        } finally {
            if (!batch.isDone()) {
                cancellation.cancel(); // nothing after it is handed out
            }
        }
        long tokens = batch.texts().stream().mapToLong(SessionText::length).sum();
        done = new CaptureProgress(done.texts() + batch.texts().size(), done.tokens() + tokens);
        progress.accept(done);
    }

    /** Begins the batches that are needed next. */
    private void beginAhead() {
        boolean more = true;
        while (more && batches.size() < limits.atOnce()) {
            more = readAhead();
        }
        batches.stream()
                .limit(limits.atOnce())
                .filter(batch -> batch.run() == null)
                .forEach(batch -> batch.begun(BackgroundValue.begun("residual4j-batch", () -> run(batch))));
    }

    private List<ActivationSession> run(TextBatch batch) {
        return model.run(batch.texts(), spec, cancellation);
    }

    private void checkCancelled() {
        boolean interrupted = Thread.currentThread().isInterrupted();
        if (interrupted || cancellation.isCancelled()) {
            throw new CaptureException("The capture was " + (interrupted ? "interrupted" : "cancelled") + " after "
                    + Counted.of(done.texts(), "text") + ".");
        }
    }
}
