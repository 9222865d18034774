package io.github.residual4j.examples.cli;

import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.TextScore;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells how likely a text is. */
@Command(
        name = "score",
        description = "Prints the log-probability of each token of a text, in nats, and its perplexity.",
        mixinStandardHelpOptions = true)
final class ScoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private TextOptions input;

    @Mixin
    private ModelArguments model;

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "Read so many tokens at once (default: the model's context).")
    private @Nullable Integer window;

    @Option(
            names = "--stride",
            paramLabel = "N",
            description = "Begin each window so many tokens after the one before (default: half a window).")
    private @Nullable Integer stride;

    @Override
    public Integer call() {
        TextScore score;
        try (Progress progress = new Progress();
                LanguageModel opened = model.open(progress)) {
            progress.step("scoring");
            int length = window == null ? opened.description().shape().window() : window;
            score = opened.score(input.text(), length, stride == null ? Math.max(1, length / 2) : stride);
        }
        PrintWriter to = spec.commandLine().getOut();
        for (int i = 0; i < score.tokens().size(); i++) {
            to.println(TerminalText.oneLine(String.format(
                    Locale.ROOT,
                    "%9.4f  %d \"%s\"",
                    score.logProbabilities().get(i),
                    score.tokens().get(i).position(),
                    score.tokens().get(i).label())));
        }
        to.println(score);
        return 0;
    }
}
