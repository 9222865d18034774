package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.Lens;
import io.github.residual4j.render.figures.ExperimentFigures;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells what the model would say from each state. */
@Command(
        name = "lens",
        description = "Reads every state of a text through the model's final norm and unembedding: what the model would"
                + " say from there.",
        mixinStandardHelpOptions = true)
final class LensCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private SessionOptions source;

    @Mixin
    private ModelArguments model;

    @Mixin
    private Look look;

    @Option(
            names = "--answer",
            paramLabel = "TOKEN",
            description = "A token to be told of: its rank and probability. May be repeated.")
    private List<String> answers = new ArrayList<>();

    @Option(
            names = "--top",
            paramLabel = "K",
            defaultValue = "10",
            description = "How many of the likeliest tokens are told (default: ${DEFAULT-VALUE}).")
    private int top;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "lens",
            description = "Where lens.json and lens.png go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Override
    public Integer call() {
        LogitLens lens;
        try (Progress progress = new Progress();
                LanguageModel opened = model.open(progress)) {
            progress.step("reading the stream");
            Lens reading = opened.lens(session(opened)).top(top);
            lens = (answers.isEmpty() ? reading : reading.answers(answers.toArray(String[]::new))).read();
        }
        lens.writeJson(out.resolve("lens.json"));
        ExperimentFigures.of(lens, look.theme(), look.palette()).writePng(out.resolve("lens.png"));
        print(lens, spec.commandLine().getOut());
        spec.commandLine().getOut().println("written to " + out);
        return 0;
    }

    private ActivationSession session(LanguageModel opened) {
        if (source.directory != null) {
            return ActivationSession.load(source.directory);
        }
        return source.input.text() != null
                ? opened.capture(source.input.text())
                : opened.capture(TokenIds.all(source.input.ids));
    }

    /** The last token's way through the points. */
    private void print(LogitLens lens, PrintWriter to) {
        List<String> points = lens.entropy().axes().get(0).labels();
        List<String> tokens = lens.entropy().axes().get(1).labels();
        int last = tokens.size() - 1;
        to.println("after \"" + TerminalText.oneLine(tokens.get(last)) + "\" the model would say");
        for (int point = 0; point < points.size(); point++) {
            long id = (long) lens.topIds().value(point, last, 0);
            String said = lens.text(id).map(text -> '"' + text + '"').orElse("id " + id);
            StringBuilder line = new StringBuilder(String.format(
                    Locale.ROOT,
                    "%-22s %5.1f %%  %s",
                    points.get(point),
                    100 * lens.topProbabilities().value(point, last, 0),
                    said));
            for (int answer = 0; answer < answers.size(); answer++) {
                line.append(String.format(Locale.ROOT, ", \"%s\" is number %d", answers.get(answer), (long)
                        lens.rank().value(answer, point, last)));
            }
            to.println(TerminalText.oneLine(line.toString()));
        }
    }
}
