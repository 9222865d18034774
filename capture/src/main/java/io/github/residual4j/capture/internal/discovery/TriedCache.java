package io.github.residual4j.capture.internal.discovery;

import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a file goes on from its cache as it should, tried when it is first asked, since that takes two sessions more. */
final class TriedCache {
    private static final Logger LOG = LoggerFactory.getLogger(TriedCache.class);

    private final ForeignStreamModel model;
    private final Path file;
    private final Optional<FoundCache> cache;
    private Optional<Boolean> holds = Optional.empty(); // guarded by this
    private Optional<Boolean> holdsTogether = Optional.empty(); // guarded by this

    TriedCache(ForeignStreamModel model, Path file, Optional<FoundCache> cache) {
        this.model = model;
        this.file = file;
        this.cache = cache;
    }

    /** Whether a text goes on from its cache as from its beginning. */
    synchronized boolean holds() {
        if (holds.isEmpty()) {
            holds = Optional.of(cache.isPresent() && new CacheTrial(model, cache.get()).holds());
            if (cache.isPresent() && !holds.get()) {
                LOG.warn(
                        "{} goes on from the keys and values that it gives out in another way than from the text, so text"
                                + " that is generated is read anew at each step.",
                        file.getFileName());
            }
        }
        return holds.get();
    }

    /** Whether texts of different lengths go on from their caches together as alone. */
    synchronized boolean holdsTogether() {
        if (holdsTogether.isEmpty()) {
            holdsTogether = Optional.of(holds() && new CacheTrial(model, cache.orElseThrow()).holdsTogether());
        }
        return holdsTogether.get();
    }
}
