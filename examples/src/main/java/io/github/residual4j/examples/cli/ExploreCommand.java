package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.Metric;
import io.github.residual4j.capture.Patching;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Token;
import io.github.residual4j.render.figures.ResidualExplorer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes one page in which a run is explored. */
@Command(
        name = "explore",
        description =
                "Writes one HTML page of a run, of a text, token ids or a saved session, to be opened without a network: stream, attention, lens,"
                        + " attribution, patching and numbers.",
        mixinStandardHelpOptions = true)
final class ExploreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private SessionOptions source;

    @Mixin
    private ModelArguments model;

    @Option(
            names = "--answer",
            paramLabel = "TOKEN",
            description = "A token whose rank and logit are told (default: the three likeliest). May be repeated.")
    private List<String> answers = new ArrayList<>();

    @Option(
            names = "--corrupted",
            paramLabel = "TEXT",
            description =
                    "A text of as many tokens with another answer: adds what patching the text's values into its run"
                            + " does to the first answer.")
    private @Nullable String corrupted;

    @Mixin
    private ColorOptions colors;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "explore.html",
            description = "A file that ends in .html (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Override
    public Integer call() {
        if (!out.toString().toLowerCase(Locale.ROOT).endsWith(".html")) {
            throw new ParameterException(
                    spec.commandLine(), "--out takes a file that ends in .html, not \"" + out + "\"");
        }
        ActivationSession session;
        try (Progress progress = new Progress();
                LanguageModel opened = model.open(progress)) {
            progress.step("running the model");
            session = session(opened);
            Map<String, Long> ids = answers.isEmpty() ? Exploration.likeliest(session) : named(opened, session);
            ResidualExplorer page = Exploration.of(opened, session, ids).page().colors(colors.palette());
            if (corrupted != null) {
                progress.step("patching");
                page = patched(opened, session, page, ids);
            }
            progress.step("writing the page");
            page.writeHtml(out);
        }
        Warnings.print(session, spec.commandLine().getErr());
        spec.commandLine().getOut().println(TerminalText.oneLine(session.toString()));
        spec.commandLine().getOut().println("page written to " + out);
        return 0;
    }

    private ActivationSession session(LanguageModel opened) {
        if (source.directory == null) {
            return Exploration.capture(opened, source.input.request(opened));
        }
        ActivationSession session = ActivationSession.load(source.directory);
        String weights = opened.weightsSha256();
        if (!session.provenance().modelSha256().equals(Optional.of(weights))) {
            throw new BadRequestException(source.directory + " is not of the weights of " + opened.name()
                    + ", by which it is to be read (SHA-256 "
                    + session.provenance().modelSha256().orElse("not told") + ", not " + weights
                    + "); name its model by --model.");
        }
        return session;
    }

    private Map<String, Long> named(LanguageModel opened, ActivationSession session) {
        opened.lens(session).answers(answers.toArray(String[]::new)); // refuses what is no single token
        Map<String, Long> ids = new LinkedHashMap<>();
        for (String answer : answers) {
            ids.put(answer, opened.tokenize(answer).get(0).id().orElseThrow());
        }
        return ids;
    }

    /** The first answer against what the corrupted text's run says. */
    private ResidualExplorer patched(
            LanguageModel opened, ActivationSession session, ResidualExplorer page, Map<String, Long> ids) {
        if (!session.provenance().edits().isEmpty()) {
            throw new BadRequestException("--corrupted runs the text again, and " + source.directory
                    + " is of a run that was changed; leave --corrupted out.");
        }
        long answer = ids.values().stream()
                .findFirst()
                .orElseThrow(() -> new BadRequestException("The model " + opened.name()
                        + " gives no logits, so --corrupted has no answer to bring back."));
        long wrong = opened.request(corrupted)
                .points(HookPoint.EMBED)
                .lastLogits()
                .capture()
                .topTokens(1)
                .get(0)
                .id();
        Patching patching = opened.patching(Exploration.ids(session), idsOf(opened.tokenize(corrupted)))
                .metric(Metric.logitDifference(answer, wrong));
        return page.patching(patching.over(HookPoint.RESID_PRE)).patching(patching.overHeads(HookPoint.Z));
    }

    private static long[] idsOf(List<Token> tokens) {
        return tokens.stream().mapToLong(token -> token.id().orElseThrow()).toArray();
    }
}
