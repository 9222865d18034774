package io.github.residual4j.capture.corpus;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.capture.LanguageModel;
import java.util.ArrayList;
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
    private CorpusState state;
    private StreamStatistics statistics;
    private Optional<Shard> shard = Optional.empty();

    /**
     * How far a run has come at the end of a chunk, but for what was taken in.
     *
     * @param runtime what ran it, by name
     * @param begun how many texts were begun that are not blank
     * @param windowsOfLast how many windows of the last of them are done
     * @param chain what these texts hash to
     * @param windows how many windows the chunk has
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
    record Progress(Map<String, String> runtime, long begun, long windowsOfLast, byte[] chain, long windows) {}

    /** @param from where the run goes on */
    CorpusTaker(LanguageModel model, CorpusSettings settings, RunFolder out, CorpusState from) {
        this.settings = settings;
        this.out = out;
        points = settings.pointsOf(model);
        stored = settings.storedPointsOf(model);
        state = from;
        statistics = from.statistics().orElseGet(settings::emptyStatistics);
        scores = new WindowScores(model, from.scored(), from.logProbability());
    }

    /** @param rows how many tokens of it are stored */
    void beginChunk(int rows) {
        shard = rows == 0 ? Optional.empty() : settings.store().map(options -> new Shard(stored, options, rows));
    }

    void add(CorpusWindow window, ActivationSession session) {
        takeIn(window, session);
        shard.ifPresent(s -> s.add(window, session));
        if (settings.scored()) {
            scores.add(window, session);
        }
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

    /** Writes the chunk's shard, and then how far the run has come. */
    void endChunk(Progress reached) {
        scores.finish();
        List<Long> shards = new ArrayList<>(state.shards());
        shard.ifPresent(s -> {
            s.save(out.file(RunFolder.STORE), shards.size());
            shards.add((long) s.rows());
        });
        state = out.save(new CorpusState(
                state.settings(),
                reached.runtime(),
                reached.begun(),
                reached.windowsOfLast(),
                reached.chain(),
                state.windows() + reached.windows(),
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
