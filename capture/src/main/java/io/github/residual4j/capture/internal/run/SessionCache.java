package io.github.residual4j.capture.internal.run;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.error.CaptureException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sessions by the plans they follow. The least recently used ones are closed when there are too many; one in use never is.
 *
 * @param <S> what a session is
 */
public final class SessionCache<S extends LoadedGraph> implements AutoCloseable {
    private final int capacity;
    private final Function<RunPlan, S> maker;
    private final Map<RunPlan, Entry<S>> entries = new LinkedHashMap<>(16, 0.75f, true);

    public SessionCache(int capacity, Function<RunPlan, S> maker) {
        this.capacity = capacity;
        this.maker = maker;
    }

    private static final class Entry<S> {
        private int users; // guarded by the cache
        private @Nullable S session; // guarded by the entry
    }

    /** Calls with the session of a plan, making it first if need be. */
    public <T> T with(RunPlan plan, Function<S, T> call) {
        Entry<S> entry = acquire(plan);
        try {
            return call.apply(session(plan, entry));
        } finally {
            release(entry);
        }
    }

    private synchronized Entry<S> acquire(RunPlan plan) {
        Entry<S> entry = entries.computeIfAbsent(plan, made -> new Entry<>());
        entry.users++;
        return entry;
    }

    private S session(RunPlan plan, Entry<S> entry) {
        synchronized (entry) { // so that threads that want the same one wait for it, and others do not
            if (entry.session == null) {
                entry.session = maker.apply(plan);
            }
            return entry.session;
        }
    }

    private void release(Entry<S> entry) {
        List<Entry<S>> evicted = new ArrayList<>();
        synchronized (this) {
            entry.users--;
            Iterator<Entry<S>> eldest = entries.values().iterator();
            while (entries.size() > capacity && eldest.hasNext()) {
                Entry<S> candidate = eldest.next();
                if (candidate.users == 0) {
                    eldest.remove();
                    evicted.add(candidate);
                }
            }
        }
        evicted.forEach(SessionCache::close);
    }

    private static void close(Entry<? extends LoadedGraph> entry) {
        synchronized (entry) {
            if (entry.session != null) {
                entry.session.close();
            }
        }
    }

    /** How many sessions are kept. */
    synchronized int size() {
        return entries.size();
    }

    /** Closes all sessions; none may be in use. */
    @Override
    public synchronized void close() {
        if (entries.values().stream().anyMatch(entry -> entry.users > 0)) {
            throw new CaptureException("A model cannot be closed while it runs.");
        }
        entries.values().forEach(SessionCache::close);
        entries.clear();
    }
}
