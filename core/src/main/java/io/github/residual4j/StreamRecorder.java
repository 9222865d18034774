package io.github.residual4j;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.Counted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Takes in the sessions of a service, from any number of threads at once, and holds the statistics of all of them.
 *
 * <pre>{@code
 * StreamRecorder recorder = StreamRecorder.of(() -> new StreamStatistics().withDimensions());
 * ActivationSession session = recorder.time(() -> model.capture(text));   // in each request
 * StreamDrift drift = recorder.statistics().driftFrom(baseline);          // now and then
 * }</pre>
 *
 * <p>Threads take in sessions side by side, each into statistics of its own, which are merged when they are asked for;
 * so the order of sessions, and with it the last bits, may differ from run to run. {@code
 * io.github.residual4j.micrometer} offers its counters to Micrometer.
 */
public final class StreamRecorder {
    private final Supplier<StreamStatistics> empty;
    private final List<Stripe> stripes = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Optional<Shape>> shape = new AtomicReference<>(Optional.empty());
    private final LongAdder sessions = new LongAdder();
    private final LongAdder tokens = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder captures = new LongAdder();
    private final LongAdder captureNanos = new LongAdder();

    /** Statistics that one thread at a time takes sessions into. */
    private static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();
        private StreamStatistics statistics;

        Stripe(StreamStatistics statistics) {
            this.statistics = statistics;
        }
    }

    /** What all sessions must have in common. */
    private record Shape(List<String> points, List<Integer> dimensions) {
        static Shape of(ResidualAnalyzer analyzer) {
            List<Integer> numbers = new ArrayList<>();
            for (int number : analyzer.streamView().dimensions()) {
                numbers.add(number);
            }
            return new Shape(analyzer.streamView().pointLabels(), numbers);
        }
    }

    private StreamRecorder(Supplier<StreamStatistics> empty) {
        this.empty = empty;
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            stripes.add(new Stripe(fresh()));
        }
    }

    private StreamStatistics fresh() {
        StreamStatistics made = BadRequestException.requireGiven(empty.get(), "empty statistics");
        if (made.sessions() > 0) {
            throw new BadRequestException("The supplier must make empty statistics, not of "
                    + Counted.of(made.sessions(), "session") + "; make new ones at each call.");
        }
        return made;
    }

    /**
     * {@return a recorder that has taken in nothing yet}
     *
     * @param empty makes empty statistics that keep what is wanted, new ones at each call
     * @throws BadRequestException if what it makes is not empty
     */
    public static StreamRecorder of(Supplier<StreamStatistics> empty) {
        return new StreamRecorder(BadRequestException.requireGiven(empty, "supplier of empty statistics"));
    }

    /**
     * Captures, takes the session in, and keeps how long the capture took. A capture that throws counts as a failure, and
     * its exception goes on to the caller.
     *
     * @param capture makes a session, such as {@code () -> model.capture(text)}
     * @return the session
     * @throws BadRequestException as {@link #record(ActivationSession)}
     */
    public ActivationSession time(Supplier<ActivationSession> capture) {
        BadRequestException.requireGiven(capture, "capture");
        long begun = System.nanoTime();
        ActivationSession session;
        try {
            session = BadRequestException.requireGiven(capture.get(), "captured session");
        } catch (RuntimeException | Error e) {
            failures.increment();
            throw e;
        }
        captures.increment();
        captureNanos.add(System.nanoTime() - begun);
        record(session);
        return session;
    }

    /**
     * Takes in a whole session.
     *
     * @param session what is taken in
     * @throws BadRequestException if it has other points or another width than the first one; nothing is taken in then
     */
    public void record(ActivationSession session) {
        record(ResidualAnalyzer.of(session));
    }

    /**
     * Takes in a view of a session, such as {@code ResidualAnalyzer.of(session).withoutFirstPosition()}.
     *
     * @param analyzer what is taken in
     * @throws BadRequestException if it has other points or dimensions than the first one; nothing is taken in then
     */
    public void record(ResidualAnalyzer analyzer) {
        BadRequestException.requireGiven(analyzer, "analyzer");
        Shape own = Shape.of(analyzer);
        shape.compareAndSet(Optional.empty(), Optional.of(own));
        Shape first = shape.get().orElse(own);
        if (!first.equals(own)) {
            throw new BadRequestException("This recorder is of the points " + first.points() + " of width "
                    + first.dimensions().size() + "; it cannot take in " + own.points() + " of width "
                    + own.dimensions().size() + ", nor other dimensions.");
        }
        Stripe stripe = free();
        try {
            stripe.statistics.add(analyzer);
            sessions.increment();
            tokens.add(analyzer.streamView().tokens().size());
        } finally {
            stripe.lock.unlock();
        }
    }

    /** A stripe whose lock is now this thread's: one that nobody holds, or the next in turn. */
    private Stripe free() {
        int first = Math.floorMod(next.getAndIncrement(), stripes.size());
        for (int i = 0; i < stripes.size(); i++) {
            Stripe stripe = stripes.get((first + i) % stripes.size());
            if (stripe.lock.tryLock()) {
                return stripe;
            }
        }
        Stripe stripe = stripes.get(first);
        stripe.lock.lock();
        return stripe;
    }

    /** {@return the statistics of all sessions since the last {@link #restart()}, which nothing changes any more} */
    public StreamStatistics statistics() {
        StreamStatistics all = fresh();
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
            try {
                all.merge(stripe.statistics);
            } finally {
                stripe.lock.unlock();
            }
        }
        return all;
    }

    /**
     * Begins anew, as for the next hour or day. A session is in what is given back or in what comes after, never in both;
     * the counters go on.
     *
     * @return the statistics of all sessions before
     */
    public StreamStatistics restart() {
        StreamStatistics all = fresh();
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
            try {
                all.merge(stripe.statistics);
                stripe.statistics = fresh();
            } finally {
                stripe.lock.unlock();
            }
        }
        return all;
    }

    /** {@return how many sessions have been taken in} */
    public long sessions() {
        return sessions.sum();
    }

    /** {@return how many tokens they had together} */
    public long tokens() {
        return tokens.sum();
    }

    /** {@return how many captures were timed and gave a session} */
    public long captures() {
        return captures.sum();
    }

    /** {@return how many captures threw} */
    public long failures() {
        return failures.sum();
    }

    /** {@return how long the captures that gave a session took together} */
    public Duration captureTime() {
        return Duration.ofNanos(captureNanos.sum());
    }

    @Override
    public String toString() {
        return Counted.of(sessions(), "session") + " of " + Counted.of(tokens(), "token") + ", "
                + Counted.of(failures(), "failure");
    }
}
