package io.github.residual4j.capture.corpus;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.analysis.CorpusReport;
import io.github.residual4j.capture.CaptureProgress;
import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.Provenance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
    private long tokensRun;

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
                windows.skip(state, out.folder());
                state = run(windows, second, state);
            }
        }
        return finish(state);
    }

    private CorpusState run(WindowReader windows, SecondThread second, CorpusState from) {
        CorpusTaker taker = new CorpusTaker(model, settings, out, from);
        Map<String, String> runtime = from.runtime();
        OptionalLong bytes = source.bytes();
        OptionalDouble begunAt = OptionalDouble.empty();
        List<CorpusWindow> chunk = nextChunk(windows);
        while (!chunk.isEmpty()) {
            OptionalDouble first = share(chunk.get(0), bytes);
            OptionalDouble last = share(chunk.get(chunk.size() - 1), bytes);
            begunAt = begunAt.isPresent() ? begunAt : first;
            double origin = begunAt.orElse(0);
            long tokens =
                    chunk.stream().mapToLong(window -> window.ids().length).sum();
            long before = tokensRun;
            runtime = run(chunk, taker, second, runtime, done -> {
                tokensRun = before + done.tokens();
                double part = (double) done.tokens() / tokens; // of the chunk, whose windows are run in another order
                OptionalDouble share = first.isEmpty()
                        ? first
                        : OptionalDouble.of(first.getAsDouble() + part * (last.orElseThrow() - first.getAsDouble()));
                progress.accept(new CorpusProgress(
                        windows.begun(), tokensRun, Duration.ofNanos(System.nanoTime() - begun), share, origin));
            });
            CorpusTaker.Progress reached = new CorpusTaker.Progress(
                    runtime, windows.begun(), windows.windowsOfLast(), windows.chain(), chunk.size());
            second.give(0, () -> taker.endChunk(reached));
            chunk = nextChunk(windows);
        }
        second.finish();
        if (taker.state().windows() == 0) {
            throw new BadRequestException("The corpus holds no text; give one that does.");
        }
        return out.save(taker.state().ended());
    }

    private static OptionalDouble share(CorpusWindow window, OptionalLong bytes) {
        return bytes.isPresent() && bytes.getAsLong() > 0
                ? OptionalDouble.of((double) window.bytesRead() / bytes.getAsLong())
                : OptionalDouble.empty();
    }

    /** Windows until they have enough tokens, or fill a shard. */
    private List<CorpusWindow> nextChunk(WindowReader windows) {
        List<CorpusWindow> chunk = new ArrayList<>();
        long tokens = 0;
        long rows = 0;
        for (CorpusWindow next = windows.peek(); next != null; next = windows.peek()) {
            long more = rows(next);
            boolean full = tokens >= settings.checkpoint() || rowsPerShard > 0 && rows + more > rowsPerShard;
            if (!chunk.isEmpty() && full) {
                break;
            }
            chunk.add(next);
            tokens += next.ids().length;
            rows += more;
            windows.advance();
        }
        return chunk;
    }

    /** How many of a window's tokens are stored. */
    private int rows(CorpusWindow window) {
        return settings.store()
                .map(options -> (int) IntStream.range(0, window.ids().length)
                        .filter(token -> options.keeps(window, token))
                        .count())
                .orElse(0);
    }

    /**
     * Runs a chunk and has its sessions taken in; the next one may begin meanwhile.
     *
     * @return what ran it
     */
    private Map<String, String> run(
            List<CorpusWindow> chunk,
            CorpusTaker taker,
            SecondThread second,
            Map<String, String> before,
            Consumer<CaptureProgress> told) {
        Map<String, String> runtime = before;
        int rows = chunk.stream().mapToInt(this::rows).sum();
        second.give(0, () -> taker.beginChunk(rows));
        CaptureRequest request = model.request()
                .points(model.description().stream())
                .also(stored.stream().map(StoredPoint::key).toArray(HookKey[]::new))
                .atOnce(atOnce)
                .onProgress(told);
        try (Stream<ActivationSession> sessions =
                request.captureAllIds(chunk.stream().map(CorpusWindow::ids))) {
            Iterator<ActivationSession> each = sessions.iterator();
            for (CorpusWindow window : chunk) {
                ActivationSession session = each.next();
                runtime = sameRuntime(session.provenance(), runtime);
                second.give(window.ids().length, () -> taker.add(window, session));
            }
        }
        return runtime;
    }

    /** What ran it, which must stay the same for the bits to. */
    private Map<String, String> sameRuntime(Provenance provenance, Map<String, String> then) {
        Map<String, String> now = new LinkedHashMap<>();
        provenance.runtime().ifPresent(name -> now.put("runtime", name));
        provenance.executionProvider().ifPresent(name -> now.put("execution_provider", name));
        provenance.optimizationLevel().ifPresent(level -> now.put("optimization_level", level));
        if (!then.isEmpty()) {
            out.requireSame(now, then);
        }
        return now;
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
                about, state.begun(), state.windows(), state.tokens(), state.scored(), state.logProbability(), results);
        statistics.save(out.file(RunFolder.STATISTICS));
        settings.store()
                .ifPresent(options -> StoreIndex.of(model, options.type(), stored, state.shards())
                        .save(out.file(RunFolder.STORE)));
        report.writeJson(out.file(RunFolder.REPORT));
        return report;
    }
}
