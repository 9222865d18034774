package io.github.residual4j.examples.cli;

import io.github.residual4j.analysis.CorpusReport;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.corpus.ActivationStore;
import io.github.residual4j.capture.corpus.Corpus;
import io.github.residual4j.capture.corpus.CorpusProgress;
import io.github.residual4j.capture.corpus.CorpusRun;
import io.github.residual4j.capture.corpus.StoreOptions;
import io.github.residual4j.capture.corpus.StoredType;
import io.github.residual4j.capture.runtime.Device;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.figures.CorpusFigures;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a model over many texts. */
@Command(
        name = "corpus",
        description = "Runs a model over many texts and writes statistics of its stream, and its states if asked.",
        footer = {
            "",
            "Interrupted or killed, the same command goes on where it was and writes the same bytes as without.",
            "A folder that holds the run of another input, model or option is refused."
        },
        mixinStandardHelpOptions = true)
final class CorpusCommand implements Callable<Integer> {
    /** Batches that share the processor, so that memory stays bounded where there are many cores. */
    private static final int MOST_RUNNING = 4;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE|DIR|-",
            description =
                    "The lines of a text file; a field of each line of a .jsonl file; each file of a folder as one"
                            + " text; or the lines of standard input.")
    private String input;

    @Option(
            names = "--field",
            paramLabel = "NAME",
            description = "Each line is a JSON object, and this field of it is the text (default for .jsonl: text).")
    private @Nullable String field;

    @Mixin
    private ModelArguments model;

    @Mixin
    private Look look;

    @Option(
            names = "--points",
            paramLabel = "POINT",
            split = ",",
            description = "The points of the stream to look at and to store (default: all).")
    private List<String> points = List.of();

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "Run at most so many tokens together (default: the model's context).")
    private @Nullable Integer window;

    @Option(
            names = "--stride",
            paramLabel = "N",
            description = "Begin each window of a long text so many tokens after the one before; each token counts once"
                    + " (default: a window).")
    private @Nullable Integer stride;

    @Option(names = "--without-first", description = "Leave the first position of each window out of the statistics.")
    private boolean withoutFirst;

    @Option(names = "--without-perplexity", description = "Do not score the tokens, which saves the unembedding.")
    private boolean withoutPerplexity;

    @Option(
            names = "--dimension-quantiles",
            paramLabel = "TOKENS",
            description = "Keep a sample of so many tokens, such as 1000, in statistics.npz, so that drift of each"
                    + " dimension's quantiles can be told.")
    private @Nullable Integer dimensionQuantiles;

    @Option(
            names = "--checkpoint",
            paramLabel = "TOKENS",
            description = "Write how far the run has come after about so many tokens (default: 8192).")
    private @Nullable Integer checkpoint;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "corpus",
            description = "Where the results go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @ArgGroup(exclusive = false, heading = "%nStates to keep:%n")
    private @Nullable Store store;

    /** What is kept of the states. */
    static final class Store {
        @Option(
                names = "--store",
                required = true,
                description = "Keep states in the folder activations, as safetensors shards.")
        private boolean asked;

        @Option(
                names = "--store-points",
                paramLabel = "POINT",
                split = ",",
                description = "Keep these points, of the stream or not, such as blocks.3.mlp.post, blocks.3.attn.z or"
                        + " final (default: those of --points).")
        private List<String> points = List.of();

        @Option(
                names = "--store-type",
                paramLabel = "TYPE",
                defaultValue = "F32",
                description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
        private StoredType type = StoredType.F32;

        @Option(names = "--store-last", description = "Keep the last token of each text only.")
        private boolean last;

        @Option(
                names = "--sample",
                paramLabel = "SHARE",
                defaultValue = "1",
                description = "Keep a sample of the tokens, such as 0.1 (default: all).")
        private double share = 1;

        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "0",
                description = "Which sample (default: ${DEFAULT-VALUE}).")
        private long seed;

        @Option(
                names = "--shard-mb",
                paramLabel = "N",
                defaultValue = "128",
                description = "The most megabytes of a shard (default: ${DEFAULT-VALUE}).")
        private int megabytes = 128;

        StoreOptions options() {
            StoreOptions options =
                    StoreOptions.of(type).sample(share, seed).shardBytes(Math.multiplyExact(1_000_000L, megabytes));
            if (!points.isEmpty()) {
                options = options.at(points.toArray(String[]::new));
            }
            return last ? options.lastPosition() : options;
        }
    }

    @Override
    public Integer call() {
        Corpus corpus = corpus();
        CorpusReport report;
        int cores = Runtime.getRuntime().availableProcessors();
        int running = Math.min(cores, MOST_RUNNING);
        try (Progress progress = new Progress();
                LanguageModel opened = model.open(progress, Device.cpu(cores / running))) {
            progress.step("reading the input");
            report = run(opened, corpus)
                    .atOnce(running + 1) // so that a core has the next one when it is done
                    .onProgress(done -> progress.step(line(done)))
                    .run(out);
        }
        look.applyTo(CorpusFigures.of(report)).writeAll(out);
        PrintWriter to = spec.commandLine().getOut();
        print(report, to);
        if (store != null) {
            to.println(TerminalText.oneLine(
                    ActivationStore.open(out.resolve("activations")).toString()));
        }
        to.println("written to " + out);
        return 0;
    }

    private Corpus corpus() {
        if (input.equals("-")) {
            return field == null ? Corpus.lines(System.in) : Corpus.jsonLines(System.in, field);
        }
        Path path = Path.of(input);
        if (field == null) {
            return Corpus.of(path);
        }
        if (Files.isDirectory(path)) {
            throw new BadRequestException("--field " + field + " is for JSON lines, and " + path
                    + " is a folder, whose files are read whole; leave --field out.");
        }
        return Corpus.jsonLines(path, field);
    }

    private CorpusRun run(LanguageModel opened, Corpus corpus) {
        CorpusRun run = CorpusRun.of(opened, corpus);
        int length = window == null ? opened.description().shape().window() : window;
        run = run.window(length, stride == null ? length : stride);
        if (!points.isEmpty()) {
            run = run.points(points.toArray(String[]::new));
        }
        if (checkpoint != null) {
            run = run.checkpointEvery(checkpoint);
        }
        if (dimensionQuantiles != null) {
            run = run.dimensionQuantiles(dimensionQuantiles);
        }
        if (withoutFirst) {
            run = run.withoutFirstPosition();
        }
        if (withoutPerplexity) {
            run = run.withoutPerplexity();
        }
        return store == null ? run : run.store(store.options());
    }

    /** How far it is, how fast and how long it will take. */
    static String line(CorpusProgress done) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d %s, %,.0f tokens a second",
                done.texts(),
                done.texts() == 1 ? "text" : "texts",
                done.tokensPerSecond()));
        done.share().ifPresent(share -> line.append(String.format(Locale.ROOT, ", %.0f %%", 100 * share)));
        done.left().ifPresent(left -> line.append(", ").append(time(left)).append(" left"));
        return line.toString();
    }

    private static String time(Duration left) {
        if (left.toHours() > 0) {
            return left.toHours() + " h " + left.toMinutesPart() + " min";
        }
        return left.toMinutes() > 0
                ? left.toMinutes() + " min " + left.toSecondsPart() + " s"
                : left.toSeconds() + " s";
    }

    private static void print(CorpusReport report, PrintWriter to) {
        to.println(report);
        Measure mean = report.result("many_sessions").measure("mean");
        Measure std = report.result("many_sessions").measure("std");
        Measure norm = report.result("many_sessions").measure("norm_mean");
        to.printf(Locale.ROOT, "%-22s %10s %10s %10s%n", "point", "mean", "std", "norm");
        List<String> points = mean.axes().get(0).labels();
        for (int p = 0; p < points.size(); p++) {
            to.printf(
                    Locale.ROOT,
                    "%-22s %10.4f %10.4f %10.3f%n",
                    points.get(p),
                    mean.value(p),
                    std.value(p),
                    norm.value(p));
        }
    }
}
