package io.github.residual4j.examples.cli;

import io.github.residual4j.capture.GeneratedText;
import io.github.residual4j.capture.Generation;
import io.github.residual4j.capture.GenerationStep;
import io.github.residual4j.capture.LanguageModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Goes on with a text. */
@Command(
        name = "generate",
        description = "Goes on with a text and prints it as it comes; edits change every step.",
        mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private InputOptions input;

    @Mixin
    private ModelArguments model;

    @Mixin(name = EditOptions.MIXIN)
    private EditOptions edits;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many new tokens (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(
            names = "--temperature",
            paramLabel = "F",
            defaultValue = "0",
            description = "0 takes the likeliest token each time, above 0 one is drawn (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(names = "--top-k", paramLabel = "N", description = "Draw from the N likeliest tokens only.")
    private @Nullable Integer topK;

    @Option(
            names = "--top-p",
            paramLabel = "F",
            description = "Draw from the likeliest that together have probability F.")
    private @Nullable Double topP;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Which chance decides (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--bos", description = "Put the model's beginning-of-sequence token before the text.")
    private boolean bos;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the session of prompt and continuation goes; without it none is written.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        PrintWriter to = spec.commandLine().getOut();
        Progress progress = new Progress();
        try (progress;
                LanguageModel opened = model.open(progress)) {
            progress.close(); // the text itself shows what goes on
            Generation generation = generation(opened);
            GeneratedText text = generation.run(step -> print(step, to));
            to.println();
            if (text.reason() == GeneratedText.Reason.CONTEXT) {
                spec.commandLine()
                        .getErr()
                        .println("residual4j: the model's context of " + text.ids().length
                                + " tokens is full, so the text ends here");
            }
            if (out != null) {
                generation.capture(text).save(out);
                to.println("written to " + out);
            }
        }
        return 0;
    }

    private Generation generation(LanguageModel opened) {
        Generation generation =
                input.text() != null ? opened.generate(input.text()) : opened.generate(TokenIds.all(input.ids));
        generation =
                edits.addTo(generation.tokens(tokens).temperature(temperature).seed(seed));
        generation = topK == null ? generation : generation.topK(topK);
        generation = topP == null ? generation : generation.topP(topP);
        if (input.text() != null) {
            spec.commandLine().getOut().print(TerminalText.oneLine(input.text()));
        }
        return bos ? generation.prependBos() : generation;
    }

    private static void print(GenerationStep step, PrintWriter to) {
        to.print(
                step.token().text().isPresent()
                        ? step.text()
                        : " " + step.token().id().orElseThrow());
        to.flush();
    }
}
