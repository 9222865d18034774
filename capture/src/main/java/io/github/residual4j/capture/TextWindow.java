package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some consecutive texts of a stream, grouped into batches of like length and handed out in their own order. */
final class TextWindow {
    private final List<Slot> slots = new ArrayList<>();
    private int next;

    /** What is known of one text. */
    private static final class Slot {
        private final @Nullable SessionText text;
        private final @Nullable BadRequestException failure;
        private List<Slot> batch = List.of();
        private @Nullable ActivationSession session;

        Slot(@Nullable SessionText text, @Nullable BadRequestException failure) {
            this.text = text;
            this.failure = failure;
        }

        SessionText text() {
            if (text == null) {
                throw new IllegalStateException("the text was refused");
            }
            return text;
        }
    }

    /** Tokenizes a text; what is wrong with it is told when it is its turn. */
    interface Preparer {
        SessionText prepare(CaptureInput input);
    }

    /** Runs a batch. */
    interface Runner {
        List<ActivationSession> run(List<SessionText> texts);
    }

    /**
     * Reads texts ahead and groups them.
     *
     * @param firstIndex the place of the first one in the whole stream, for error messages
     */
    static TextWindow read(
            Iterator<? extends CaptureInput> texts, long firstIndex, Preparer preparer, BatchLimits limits) {
        TextWindow window = new TextWindow();
        long tokens = 0;
        boolean failed = false;
        while (!failed && texts.hasNext() && !limits.isEnoughAhead(window.slots.size(), tokens)) {
            CaptureInput input = texts.next();
            try {
                SessionText text = preparer.prepare(input);
                tokens += text.length();
                window.slots.add(new Slot(text, null));
            } catch (BadRequestException e) {
                long index = firstIndex + window.slots.size();
                window.slots.add(new Slot(
                        null, new BadRequestException("Text " + index + " of the stream: " + e.getMessage(), e)));
                failed = true; // nothing after it is ever handed out
            }
        }
        window.group(limits);
        return window;
    }

    private void group(BatchLimits limits) {
        List<Slot> byLength = slots.stream()
                .filter(slot -> slot.failure == null)
                .sorted(Comparator.comparingInt(slot -> slot.text().length()))
                .toList();
        List<Slot> batch = new ArrayList<>();
        for (Slot slot : byLength) {
            int length = slot.text().length();
            if (!batch.isEmpty()
                    && !limits.admits(batch.size(), batch.get(0).text().length(), length)) {
                batch = new ArrayList<>();
            }
            batch.add(slot);
            slot.batch = batch;
        }
    }

    boolean hasNext() {
        return next < slots.size();
    }

    /** How many texts were read. */
    int size() {
        return slots.size();
    }

    /**
     * The next text's session, its batch being run if it has not been.
     *
     * @throws BadRequestException if the text cannot be run
     * @throws CaptureException if the run fails
     */
    ActivationSession next(Runner runner) {
        Slot slot = slots.get(next);
        if (slot.failure != null) {
            throw slot.failure;
        }
        ActivationSession session = slot.session;
        if (session == null) {
            List<ActivationSession> sessions =
                    runner.run(slot.batch.stream().map(Slot::text).toList());
            for (int i = 0; i < sessions.size(); i++) {
                slot.batch.get(i).session = sessions.get(i);
            }
            session = sessions.get(slot.batch.indexOf(slot));
        }
        slot.session = null; // what was handed out is not held
        next++;
        return session;
    }
}
