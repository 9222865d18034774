package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures and draws a session. */
@Command(
        name = "analyze",
        description = "Writes analysis.json and the figures of a session.",
        mixinStandardHelpOptions = true)
final class AnalyzeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "A session directory.")
    private Path directory;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the results go (default: the folder analysis inside the session).")
    private @Nullable Path out;

    @Mixin
    private Look look;

    @Override
    public Integer call() {
        Path folder = out == null ? directory.resolve("analysis") : out;
        ActivationSession session = ActivationSession.load(directory);
        Warnings.print(session, spec.commandLine().getErr());
        AnalysisFolder.write(ResidualAnalyzer.of(session), List.of(), look, folder);
        spec.commandLine().getOut().println(TerminalText.oneLine(session.toString()));
        spec.commandLine().getOut().println("analysis written to " + folder);
        return 0;
    }
}
