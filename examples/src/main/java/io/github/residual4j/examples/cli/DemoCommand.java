package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.capture.LanguageModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole way from a text to pictures, with the embedded model. */
@Command(
        name = "demo",
        description = "Captures a text with the embedded model, measures it and draws every figure.",
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
        LogitLens lens;
        try (Progress progress = new Progress()) {
            progress.step("running the model");
            try (LanguageModel gpt2 = LanguageModel.embedded()) {
                session = gpt2.capture(text);
                lens = gpt2.logitLens(session);
            }
            session.save(out);
            progress.step("drawing");
            AnalysisFolder.write(ResidualAnalyzer.of(session), List.of(lens), out);
        }
        new SessionTable(session).print(spec.commandLine().getOut());
        spec.commandLine().getOut().println("session and figures: " + out.resolve("index.html"));
        return 0;
    }
}
