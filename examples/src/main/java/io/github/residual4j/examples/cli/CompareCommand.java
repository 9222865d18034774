package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.SessionComparison;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells how far two sessions differ. */
@Command(
        name = "compare",
        description = "Prints how far two sessions differ, point by point, and where they begin to.",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A", description = "A session directory.")
    private Path first;

    @Parameters(index = "1", paramLabel = "B", description = "The session directory it is held against.")
    private Path second;

    @Override
    public Integer call() {
        SessionComparison comparison =
                ResidualAnalyzer.compare(ActivationSession.load(first), ActivationSession.load(second));
        PrintWriter to = spec.commandLine().getOut();
        to.println(comparison.toString().stripTrailing());
        to.println(comparison
                .firstDifference()
                .map(difference -> TerminalText.oneLine("first beyond rounding: " + difference))
                .orElse("nowhere beyond rounding"));
        return 0;
    }
}
