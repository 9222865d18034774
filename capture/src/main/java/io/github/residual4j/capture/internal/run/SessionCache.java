package io.github.residual4j.capture.internal.run;

import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sessions by what they compute. The least recently used ones are closed when there are too many; one in use never is.
 *
 * @param <S> what a session is
 */
public final class SessionCache<S extends LoadedGraph> implements AutoCloseable {
    private final int capacity;
    private final Function<Set<HookKey>, S> maker;
    private final Map<Set<HookKey>, Entry<S>> entries = new LinkedHashMap<>(16, 0.75f, true);

    public SessionCache(int capacity, Function<Set<HookKey>, S> maker) {
        this.capacity = capacity;
        this.maker = maker;
    }

    private static final class Entry<S> {
        private int users; // guarded by the cache
        private @Nullable S session; // guarded by the entry
    }

    /** Calls with the session for some sites, making it first if need be. */
    public <T> T with(Set<HookKey> sites, Function<S, T> call) {
        Set<HookKey> key = Set.copyOf(sites);
        Entry<S> entry = acquire(key);
        try {
            return call.apply(session(key, entry));
        } finally {
            release(entry);
        }
    }

    private synchronized Entry<S> acquire(Set<HookKey> key) {
        Entry<S> entry = entries.computeIfAbsent(key, sites -> new Entry<>());
        entry.users++;
        return entry;
    }

    private S session(Set<HookKey> key, Entry<S> entry) {
        synchronized (entry) { // so that threads that want the same one wait for it, and others do not
            if (entry.session == null) {
                entry.session = maker.apply(key);
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
