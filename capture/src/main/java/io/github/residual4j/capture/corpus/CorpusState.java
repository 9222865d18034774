package io.github.residual4j.capture.corpus;

import io.github.residual4j.StreamStatistics;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.NumberArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far a run has come, as it stands in its folder: enough to go on with, and nothing of the clock or the machine, so
 * that the same work leaves the same bytes.
 *
 * @param settings what the run is of, by name
 * @param runtime what ran it, by name; empty before the first window
 * @param place how far the corpus has been read
 * @param windows how many windows are done
 * @param scored how many tokens were scored
 * @param logProbability the sum of their log-probabilities, in nats
 * @param shards how many rows each finished shard of the store has
 * @param finished whether nothing is left to run
 * @param statistics of all windows done; empty before the first
 */
record CorpusState(
        Map<String, String> settings,
        Map<String, String> runtime,
        ReaderPlace place,
        long windows,
        long scored,
        double logProbability,
        List<Long> shards,
        boolean finished,
        Optional<StreamStatistics> statistics) {
    private static final String VERSION = "corpus_run_version";
    private static final long FORMAT_VERSION = 1;

    static CorpusState begin(Map<String, String> settings) {
        return new CorpusState(settings, Map.of(), ReaderPlace.BEGIN, 0, 0, 0, List.of(), false, Optional.empty());
    }

    /** The same with nothing left to run. */
    CorpusState ended() {
        return with(true, statistics);
    }

    private CorpusState with(boolean nowFinished, Optional<StreamStatistics> newStatistics) {
        return new CorpusState(
                settings, runtime, place, windows, scored, logProbability, shards, nowFinished, newStatistics);
    }

    /** How many tokens the statistics are of. */
    long tokens() {
        return statistics.map(StreamStatistics::tokens).orElse(0L);
    }

    /**
     * Writes it whole or not at all.
     *
     * @return what {@link #load} gives
     */
    CorpusState save(Path file) {
        NumberArchive archive = new NumberArchive()
                .put(VERSION, FORMAT_VERSION)
                .put("settings", List.copyOf(settings.keySet()))
                .put("setting_values", List.copyOf(settings.values()))
                .put("runtime", List.copyOf(runtime.keySet()))
                .put("runtime_values", List.copyOf(runtime.values()))
                .put("counts", place.begun(), place.windowsOfLast(), windows, scored, finished ? 1 : 0)
                .put("log_probability", new double[] {logProbability})
                .put("chain", place.chain())
                .put("shards", shards.stream().mapToLong(Long::longValue).toArray());
        byte[] bytes = statistics.map(StreamStatistics::toBytes).orElse(new byte[0]);
        archive.put("statistics", bytes).save(file);
        return with(finished, statistics.map(s -> StreamStatistics.fromBytes(bytes)));
    }

    /**
     * Reads what a run left in its folder, if it did.
     *
     * @throws BadFileException if the file is damaged
     */
    static Optional<CorpusState> load(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (NumberArchive.Reader in = new NumberArchive.Reader(file)) {
            long version = in.has(VERSION) ? in.longs(VERSION, 1)[0] : 0;
            if (version != FORMAT_VERSION) {
                throw new BadFileException(
                        file,
                        "it is of version " + version + "; this library goes on with runs of " + FORMAT_VERSION + ".");
            }
            long[] counts = in.longs("counts", 5);
            byte[] statistics = in.bytes("statistics");
            List<Long> shards = new ArrayList<>();
            for (long rows : in.longs("shards")) {
                shards.add(rows);
            }
            return Optional.of(new CorpusState(
                    map(in.strings("settings"), in.strings("setting_values")),
                    map(in.strings("runtime"), in.strings("runtime_values")),
                    new ReaderPlace(counts[0], counts[1], in.bytes("chain")),
                    counts[2],
                    counts[3],
                    in.doubles("log_probability", 1)[0],
                    shards,
                    counts[4] == 1,
                    statistics.length == 0 ? Optional.empty() : Optional.of(StreamStatistics.fromBytes(statistics))));
        } catch (IOException e) {
            throw new BadFileException(file, e.getMessage() + ".", e);
        }
    }

    private static Map<String, String> map(List<String> names, List<String> values) throws IOException {
        if (names.size() != values.size()) {
            throw new IOException("it names " + names.size() + " things and holds " + values.size());
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            map.put(names.get(i), values.get(i));
        }
        return map;
    }
}
