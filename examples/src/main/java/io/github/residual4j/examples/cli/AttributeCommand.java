package io.github.residual4j.examples.cli;

import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.capture.Attribution;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.figures.ExperimentFigures;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells who wrote a logit. */
@Command(
        name = "attribute",
        description = "Takes the logit of a token apart into what each head, MLP and embedding wrote.",
        mixinStandardHelpOptions = true)
final class AttributeCommand implements Callable<Integer> {
    private static final int SHOWN = 10;

    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private InputOptions input;

    @Mixin
    private ModelArguments model;

    @Mixin
    private Look look;

    @Option(names = "--answer", required = true, paramLabel = "TOKEN", description = "The token whose logit it is.")
    private String answer;

    @Option(names = "--wrong", paramLabel = "TOKEN", description = "A token whose logit is taken away from it.")
    private @Nullable String wrong;

    @Option(
            names = "--position",
            paramLabel = "N",
            defaultValue = "-1",
            description =
                    "Where the logit is read, counted from 0, or from the end when negative (default: ${DEFAULT-VALUE}).")
    private int position;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "attribution",
            description = "Where attribution.json and attribution.png go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Override
    public Integer call() {
        LogitAttribution ledger;
        try (Progress progress = new Progress();
                LanguageModel opened = model.open(progress)) {
            progress.step("running the model");
            Attribution attribution = input.text() != null
                    ? opened.attribution(input.text())
                    : opened.attribution(TokenIds.all(input.ids));
            attribution = attribution.of(answer);
            ledger = (wrong == null ? attribution : attribution.against(wrong)).read();
        }
        int tokens = ledger.sum().axes().get(0).length();
        int token = position < 0 ? tokens + position : position;
        if (token < 0 || token >= tokens) {
            throw new BadRequestException("--position " + position + " does not exist; the model gives logits of 0 to "
                    + (tokens - 1) + ", or -" + tokens + " to -1 counted from the end.");
        }
        ledger.writeJson(out.resolve("attribution.json"), token);
        ExperimentFigures.of(ledger, token, look.theme(), look.palette()).writePng(out.resolve("attribution.png"));
        print(ledger, token, spec.commandLine().getOut());
        spec.commandLine().getOut().println("written to " + out);
        return 0;
    }

    private static void print(LogitAttribution ledger, int token, PrintWriter to) {
        to.println(TerminalText.oneLine(ledger.view().toString()));
        List<String> components = ledger.values().axes().get(1).labels();
        components.stream()
                .sorted(Comparator.comparingDouble((String component) -> -Math.abs(ledger.value(token, component))))
                .limit(SHOWN)
                .forEach(component -> to.println(
                        String.format(Locale.ROOT, "%-24s %+8.3f", component, ledger.value(token, component))));
        to.println(String.format(
                Locale.ROOT,
                "%-24s %+8.3f%n%-24s %+8.3f",
                "all " + components.size() + " components",
                ledger.sum().value(token),
                "the model's own",
                ledger.logitDifference().value(token)));
        ledger.missing().forEach(sentence -> to.println("missing: " + TerminalText.oneLine(sentence)));
    }
}
