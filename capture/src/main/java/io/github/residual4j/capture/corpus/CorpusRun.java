package io.github.residual4j.capture.corpus;

import io.github.residual4j.StreamStatistics;
import io.github.residual4j.analysis.CorpusReport;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.text.Counted;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs a model over a corpus and gathers statistics of its stream. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * CorpusReport report = CorpusRun.of(model, Corpus.lines(file))
 *         .window(256, 256)
 *         .store(StoreOptions.of(StoredType.F16).sample(0.1, 7))
 *         .run(Path.of("corpus"));
 * }</pre>
 *
 * <p>A text longer than a window is run in several; each of its tokens counts once, in the first window that holds it.
 * Memory does not grow with the corpus.
 *
 * <p>Every so many tokens the run writes how far it has come. If it is interrupted or killed at whatever moment, the
 * same call goes on from there, and what it writes in the end is the same, byte for byte, as without: on the same
 * machine, whose runtime gives the same bits for the same batches.
 */
public final class CorpusRun {
    private static final int CHECKPOINT = 8192;

    private final LanguageModel model;
    private final Corpus corpus;
    private final CorpusSettings settings;
    private final int atOnce;
    private final Consumer<CorpusProgress> progress;

    private CorpusRun(
            LanguageModel model,
            Corpus corpus,
            CorpusSettings settings,
            int atOnce,
            Consumer<CorpusProgress> progress) {
        this.model = model;
        this.corpus = corpus;
        this.settings = settings;
        this.atOnce = atOnce;
        this.progress = progress;
    }

    /**
     * {@return a run over whole texts as far as the model's context takes them, with statistics of the whole stream}
     *
     * @param model what runs, which must have a tokenizer
     * @param corpus what it runs over
     */
    public static CorpusRun of(LanguageModel model, Corpus corpus) {
        BadRequestException.requireGiven(model, "model");
        BadRequestException.requireGiven(corpus, "corpus");
        int context = model.description().shape().window();
        boolean scores = model.description().offers().contains(HookPoint.LOGITS);
        return new CorpusRun(
                model,
                corpus,
                new CorpusSettings(context, context, CHECKPOINT, List.of(), false, scores, 0, Optional.empty()),
                1,
                done -> {});
    }

    private CorpusRun with(CorpusSettings changed) {
        return new CorpusRun(model, corpus, changed, atOnce, progress);
    }

    /**
     * {@return the same run in windows of another length}
     *
     * @param length the most tokens that are run together, from 1 to the model's context
     * @param stride by how many tokens each window of a text begins after the one before, from 1 to the length
     * @throws BadRequestException if either lies outside
     */
    public CorpusRun window(int length, int stride) {
        int context = model.description().shape().context().orElse(Integer.MAX_VALUE);
        if (length < 1 || length > context) {
            throw new BadRequestException(
                    "A window of " + Counted.of(length, "token") + " cannot be run; it holds 1 to " + context + ".");
        }
        if (stride < 1 || stride > length) {
            throw new BadRequestException("Windows of " + Counted.of(length, "token") + " every " + stride
                    + " leave tokens out or never go on; the stride is 1 to " + length + ".");
        }
        return with(settings.withWindow(length, stride));
    }

    /**
     * {@return the same run with statistics of some points of the stream, and states stored there unless {@link
     * StoreOptions#at} says where}
     *
     * @param names such as {@code blocks.3.resid_post}
     * @throws BadRequestException if there is none, or the model's stream has no point of a name
     */
    public CorpusRun points(String... names) {
        BadRequestException.requireGiven(names, "list of names");
        List<String> stream = CorpusSettings.streamOf(model);
        for (String name : names) {
            if (!stream.contains(BadRequestException.requireGiven(name, "point's name"))) {
                throw new BadRequestException("\"" + name + "\" is no point of the stream; it has " + stream + ".");
            }
        }
        if (names.length == 0) {
            throw new BadRequestException("No point is named; name one of " + stream + ".");
        }
        return with(settings.withPoints(
                stream.stream().filter(List.of(names)::contains).toList()));
    }

    /**
     * {@return the same run without the first position of each window in the statistics, which GPT-2 makes enormous}
     * Stored states are not affected.
     */
    public CorpusRun withoutFirstPosition() {
        return with(settings.withoutFirst());
    }

    /** {@return the same run without perplexity, which saves the unembedding; a model without logits never has it} */
    public CorpusRun withoutPerplexity() {
        return with(settings.withoutScores());
    }

    /**
     * {@return the same run with a sample of tokens in {@code statistics.npz}, so that {@link
     * StreamStatistics#driftFrom(StreamStatistics)} tells the distance of quantiles of each dimension}
     *
     * @param tokens as for {@link StreamStatistics#withDimensionQuantiles(int)}, from 1 to 10,000
     * @throws BadRequestException if it lies outside
     */
    public CorpusRun dimensionQuantiles(int tokens) {
        new StreamStatistics().withDimensionQuantiles(tokens); // which refuses what lies outside
        return with(settings.withDimensionQuantiles(tokens));
    }

    /**
     * {@return the same run, which writes how far it has come after another number of tokens}
     *
     * @param tokens about how many tokens lie between, 8,192 without it; at least 1
     * @throws BadRequestException if it is below 1
     */
    public CorpusRun checkpointEvery(int tokens) {
        if (tokens < 1) {
            throw new BadRequestException("At least 1 token lies between two checkpoints, not " + tokens + ".");
        }
        return with(settings.withCheckpoint(tokens));
    }

    /**
     * {@return the same run, which also keeps states, in the folder {@code activations} of the run's; see {@link
     * ActivationStore}}
     *
     * @param options which and how
     * @throws BadRequestException if the model does not offer a point
     */
    public CorpusRun store(StoreOptions options) {
        CorpusSettings storing = settings.withStore(BadRequestException.requireGiven(options, "options"));
        storing.storedPointsOf(model); // which refuses what the model lacks
        return with(storing);
    }

    /**
     * {@return the same run, several batches of which run at the same time} Nothing of the results depends on it. Each
     * batch uses as many threads as the model's device has: a corpus goes fastest through a model opened with {@code
     * Device.cpu(1)} and one batch more than there are cores.
     *
     * @param batches how many, 1 without it; each holds its states in memory
     * @throws BadRequestException if it is below 1
     */
    public CorpusRun atOnce(int batches) {
        model.request().atOnce(batches); // which refuses what lies outside
        return new CorpusRun(model, corpus, settings, batches, progress);
    }

    /**
     * {@return the same run, which tells how far it is, in the thread that runs it}
     *
     * @param callback is told after each window
     */
    public CorpusRun onProgress(Consumer<CorpusProgress> callback) {
        return new CorpusRun(model, corpus, settings, atOnce, BadRequestException.requireGiven(callback, "callback"));
    }

    /**
     * Runs it, or goes on with it.
     *
     * @param folder where {@code statistics.json}, {@code statistics.npz}, which {@link StreamStatistics#load} reads, and
     *     the store go, with how far the run has come; made when missing
     * @return what was found
     * @throws BadFileException if the corpus cannot be read, something cannot be written, another run is at work in the
     *     folder, or it holds a run of another corpus, model or other options, which the message names
     * @throws BadRequestException if the corpus holds no text, the model has no tokenizer, or a shard of the store
     *     would not hold one window
     * @throws CaptureException if the model is closed, ONNX Runtime fails, or the thread is interrupted
     */
    public CorpusReport run(Path folder) {
        BadRequestException.requireGiven(folder, "folder");
        if (corpus.source().reads(folder)) {
            throw new BadFileException(folder, "lies in what is read; choose a folder elsewhere for the results.");
        }
        try (RunFolder out = RunFolder.lock(folder)) {
            return new CorpusWork(model, corpus.source(), settings, atOnce, out, progress).run();
        }
    }
}
