package io.github.residual4j.capture.corpus;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.hook.Provenance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Takes sessions into the statistics, the scores and the store, chunk by chunk, and writes after each how far the run has
 * come. To be used by one thread.
 */
final class CorpusTaker {
    private final CorpusSettings settings;
    private final RunFolder out;
    private final List<String> points;
    private final List<StoredPoint> stored;
    private final WindowScores scores;
    private CorpusState state; // at the end of the last chunk
    private Map<String, String> runtime;
    private long windows;
    private StreamStatistics statistics;
    private Optional<Shard> shard = Optional.empty();

    /** @param from where the run goes on */
    CorpusTaker(LanguageModel model, CorpusSettings settings, RunFolder out, CorpusState from) {
        this.settings = settings;
        this.out = out;
        points = settings.pointsOf(model);
        stored = settings.storedPointsOf(model);
        state = from;
        runtime = from.runtime();
        windows = from.windows();
        statistics = from.statistics().orElseGet(settings::emptyStatistics);
        scores = new WindowScores(model, from.scored(), from.logProbability());
    }

    void beginChunk() {
        shard = settings.store().map(options -> new Shard(state.shards().size(), stored, options));
    }

    void add(CorpusWindow window, ActivationSession session) {
        runtime = sameRuntime(session.provenance());
        windows++;
        takeIn(window, session);
        shard.ifPresent(s -> s.add(window, session));
        if (settings.scored()) {
            scores.add(window, session);
        }
    }

    /** What ran it, which must stay the same for the bits to. */
    private Map<String, String> sameRuntime(Provenance provenance) {
        Map<String, String> now = new LinkedHashMap<>();
        provenance.runtime().ifPresent(name -> now.put("runtime", name));
        provenance.executionProvider().ifPresent(name -> now.put("execution_provider", name));
        provenance.optimizationLevel().ifPresent(level -> now.put("optimization_level", level));
        if (!runtime.isEmpty()) {
            out.requireSame(now, runtime);
        }
        return now;
    }

    private void takeIn(CorpusWindow window, ActivationSession session) {
        int from = Math.max(window.firstNew(), settings.firstLeftOut() ? 1 : 0);
        int length = window.ids().length;
        if (from >= length) {
            return;
        }
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
        if (!settings.points().isEmpty()) {
            analyzer = analyzer.points(points.toArray(String[]::new));
        }
        statistics.add(
                from == 0
                        ? analyzer
                        : analyzer.positions(IntStream.range(from, length).toArray()));
    }

    /**
     * Writes the chunk's shard, and then how far the run has come.
     *
     * @param reached where the chunk ends
     */
    void endChunk(ReaderPlace reached) {
        scores.finish();
        List<Long> shards = new ArrayList<>(state.shards());
        shard.filter(s -> s.rows() > 0).ifPresent(s -> {
            s.save(out.file(RunFolder.STORE));
            shards.add((long) s.rows());
        });
        state = out.save(new CorpusState(
                state.settings(),
                runtime,
                reached,
                windows,
                scores.scored(),
                scores.logProbability(),
                shards,
                false,
                statistics.sessions() == 0 ? Optional.empty() : Optional.of(statistics)));
        statistics = state.statistics().orElse(statistics); // gone through the file, as that of a run that goes on
    }

    /** How far the run has come. */
    CorpusState state() {
        return state;
    }
}
