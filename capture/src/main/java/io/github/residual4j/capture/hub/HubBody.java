package io.github.residual4j.capture.hub;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response, taken piece by piece by one thread, which never waits longer than it wants for the next
 * piece. (Neither the timeout of a request nor the stream the JDK offers for its body can do that.)
 */
final class HubBody implements BodySubscriber<HubBody>, AutoCloseable {
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /** A piece of the body, or its end when {@code piece} is null, a good end when {@code error} is null as well. */
    private record Event(
            @Nullable List<ByteBuffer> piece, @Nullable Throwable error) {}

    /**
     * The next piece, or null at the end.
     *
     * @throws HubTrouble if nothing comes in time or the connection breaks
     */
    @Nullable
    List<ByteBuffer> next(Duration timeout) throws HubTrouble, InterruptedException {
        subscription.thenAccept(s -> s.request(1));
        Event event = events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (event == null) {
            throw new HubTrouble("not a byte came for " + seconds(timeout), null);
        }
        if (event.error() != null) {
            throw new HubTrouble("the connection broke (" + HubTrouble.told(event.error()) + ")", event.error());
        }
        return event.piece();
    }

    static String seconds(Duration timeout) {
        return timeout.toMillis() % 1000 == 0 ? timeout.toSeconds() + " s" : timeout.toMillis() + " ms";
    }

    /** Gives up what has not been read; the connection is closed if that is not the end. */
    @Override
    public void close() {
        subscription.thenAccept(Flow.Subscription::cancel);
    }

    @Override
    public CompletionStage<HubBody> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription s) {
        subscription.complete(s);
    }

    @Override
    public void onNext(List<ByteBuffer> piece) {
        events.add(new Event(piece, null));
    }

    @Override
    public void onError(Throwable error) {
        events.add(new Event(null, error));
    }

    @Override
    public void onComplete() {
        events.add(new Event(null, null));
    }
}
