package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.capture.LanguageModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole way from a text to pictures, with the embedded model. */
@Command(
        name = "demo",
        description = "Captures a text with the embedded model, measures it, draws every figure, and writes a page to"
                + " explore it.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            defaultValue = "Paris is the capital of",
            description = "The text the model reads (default: ${DEFAULT-VALUE}).")
    private String text;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "demo",
            description = "Where session and figures go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Override
    public Integer call() {
        ActivationSession session;
        Exploration exploration;
        Findings findings;
        Path page = out.resolve("explore.html");
        try (Progress progress = new Progress()) {
            progress.step("running the model");
            try (LanguageModel gpt2 = LanguageModel.embedded()) {
                session = gpt2.capture(text);
                ActivationSession shown = Exploration.capture(gpt2, gpt2.request(text));
                exploration = Exploration.of(gpt2, shown, Exploration.likeliest(shown));
                findings = new Findings(gpt2, text, exploration);
            }
            session.save(out);
            progress.step("drawing");
            exploration.page().writeHtml(page);
            List<AnalysisResult> further = new ArrayList<>();
            exploration.lens().ifPresent(further::add);
            AnalysisFolder.write(ResidualAnalyzer.of(session), further, new Look(), out);
        }
        PrintWriter terminal = spec.commandLine().getOut();
        terminal.println("explore it: " + page);
        terminal.println(TerminalText.oneLine(session.toString()));
        findings.print(terminal);
        terminal.println("session and figures: " + out.resolve("index.html"));
        return 0;
    }
}
