package io.github.residual4j.capture.corpus;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.analysis.CorpusReport;
import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Does one run, chunk by chunk. A chunk holds the same windows, and so the same batches, whenever it is run. */
final class CorpusWork {
    private static final double[] SHARES = {0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999};

    /** States of about two batches may wait to be taken in while the next is run. */
    private static final int TOKENS_WAITING = 2048;

    private final LanguageModel model;
    private final TextSource source;
    private final CorpusSettings settings;
    private final int atOnce;
    private final RunFolder out;
    private final Consumer<CorpusProgress> progress;
    private final List<StoredPoint> stored;
    private final int rowsPerShard;
    private final long begun = System.nanoTime();
    private OptionalLong bytes = OptionalLong.empty(); // of the source, once it is read and if it tells
    private long tokensRun;
    private OptionalDouble begunAt = OptionalDouble.empty(); // the share of the first window that was run

    CorpusWork(
            LanguageModel model,
            TextSource source,
            CorpusSettings settings,
            int atOnce,
            RunFolder out,
            Consumer<CorpusProgress> progress) {
        this.model = model;
        this.source = source;
        this.settings = settings;
        this.atOnce = atOnce;
        this.out = out;
        this.progress = progress;
        stored = settings.storedPointsOf(model);
        rowsPerShard = settings.rowsPerShard(stored);
    }

    CorpusReport run() {
        CorpusState state = out.state(settings.describe(model, source));
        if (!state.finished()) {
            try (WindowReader windows = new WindowReader(source.open(), model, settings.window(), settings.stride());
                    SecondThread second = new SecondThread(TOKENS_WAITING)) {
                windows.skip(state.place(), out.folder());
                state = run(windows, second, state);
            }
        }
        return finish(state);
    }

    private CorpusState run(WindowReader windows, SecondThread second, CorpusState from) {
        CorpusTaker taker = new CorpusTaker(model, settings, out, from);
        bytes = source.bytes();
        while (windows.peek() != null) {
            second.give(0, taker::beginChunk);
            run(new Chunk(windows), taker, second);
            ReaderPlace reached = windows.place();
            second.give(0, () -> taker.endChunk(reached));
        }
        second.finish();
        if (taker.state().windows() == 0) {
            throw new BadRequestException("The corpus holds no text; give one that does.");
        }
        return out.save(taker.state().ended());
    }

    /** Windows until they have enough tokens, or fill a shard. The next one is read when it is asked for. */
    private final class Chunk extends Spliterators.AbstractSpliterator<CorpusWindow> {
        private final WindowReader windows;
        private long tokens;
        private long rows;

        Chunk(WindowReader windows) {
            super(Long.MAX_VALUE, ORDERED | NONNULL);
            this.windows = windows;
        }

        @Override
        public boolean tryAdvance(Consumer<? super CorpusWindow> action) {
            CorpusWindow next = windows.peek();
            if (next == null) {
                return false;
            }
            int more = rows(next);
            boolean full = tokens >= settings.checkpoint() || rowsPerShard > 0 && rows + more > rowsPerShard;
            if (tokens > 0 && full) {
                return false;
            }
            tokens += next.ids().length;
            rows += more;
            action.accept(windows.advance());
            return true;
        }

        /** How many of a window's tokens are stored. */
        private int rows(CorpusWindow window) {
            return settings.store()
                    .map(options -> (int) IntStream.range(0, window.ids().length)
                            .filter(token -> options.keeps(window, token))
                            .count())
                    .orElse(0);
        }
    }

    /** Runs a chunk and has its sessions taken in; the next one may begin meanwhile. */
    private void run(Chunk chunk, CorpusTaker taker, SecondThread second) {
        Queue<CorpusWindow> running = new ArrayDeque<>(); // whose sessions have not come yet
        Stream<long[]> windows =
                StreamSupport.stream(chunk, false).peek(running::add).map(CorpusWindow::ids);
        CaptureRequest request = model.request()
                .points(model.description().stream())
                .also(stored.stream().map(StoredPoint::key).toArray(HookKey[]::new))
                .atOnce(atOnce);
        try (Stream<ActivationSession> sessions = request.captureAllIds(windows)) {
            sessions.forEach(session -> {
                CorpusWindow window = running.remove();
                second.give(window.ids().length, () -> taker.add(window, session));
                tell(window);
            });
        }
    }

    private void tell(CorpusWindow window) {
        tokensRun += window.ids().length;
        OptionalDouble share = share(window);
        begunAt = begunAt.isPresent() ? begunAt : share;
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
        progress.accept(new CorpusProgress(window.text() + 1, tokensRun, elapsed, share, begunAt.orElse(0)));
    }

    private OptionalDouble share(CorpusWindow window) {
        return bytes.isPresent() && bytes.getAsLong() > 0
                ? OptionalDouble.of((double) window.bytesRead() / bytes.getAsLong())
                : OptionalDouble.empty();
    }

    /** Writes what was found. */
    private CorpusReport finish(CorpusState state) {
        StreamStatistics statistics = state.statistics()
                .orElseThrow(
                        () -> new BadRequestException(
                                "Without the first position of each window nothing is left of the corpus, whose windows have 1 token."));
        List<AnalysisResult> results = List.of(
                statistics.summary(),
                statistics.quantiles(SHARES),
                statistics.outlierDimensions(),
                statistics.cosineBetweenAllPoints(),
                statistics.similarity());
        Map<String, String> about = new LinkedHashMap<>(state.settings());
        about.putAll(state.runtime());
        CorpusReport report = new CorpusReport(
                about,
                state.place().begun(),
                state.windows(),
                state.tokens(),
                state.scored(),
                state.logProbability(),
                results);
        statistics.save(out.file(RunFolder.STATISTICS));
        settings.store()
                .ifPresent(options -> StoreIndex.of(model, options.type(), stored, state.shards())
                        .save(out.file(RunFolder.STORE)));
        report.writeJson(out.file(RunFolder.REPORT));
        return report;
    }
}
