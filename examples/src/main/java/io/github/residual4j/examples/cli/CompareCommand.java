package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.SessionComparison;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    /** How tokens at different positions correspond. */
    static final class Aligned {
        @Option(
                names = "--from-end",
                required = true,
                description = "Hold the last tokens against each other, as many as the shorter text has.")
        boolean fromEnd;

        @Option(
                names = "--pairs",
                required = true,
                paramLabel = "I=J,...",
                converter = TokenPairs.Converter.class,
                description = "Hold position I of A against position J of B; -1 is the last, for example 3=5,-1=-1.")
        @Nullable
        TokenPairs pairs;
    }

    @ArgGroup(exclusive = true)
    private @Nullable Aligned aligned;

    @Override
    public Integer call() {
        SessionComparison comparison = compare(ActivationSession.load(first), ActivationSession.load(second));
        PrintWriter to = spec.commandLine().getOut();
        to.println(comparison.toString().stripTrailing());
        to.println(comparison
                .firstDifference()
                .map(difference -> TerminalText.oneLine("first beyond rounding: " + difference))
                .orElse("nowhere beyond rounding"));
        return 0;
    }

    private SessionComparison compare(ActivationSession a, ActivationSession b) {
        if (aligned == null) {
            return ResidualAnalyzer.compare(a, b);
        }
        return aligned.pairs == null
                ? ResidualAnalyzer.compareFromTheEnd(a, b)
                : ResidualAnalyzer.compare(a, b, aligned.pairs.pairs());
    }
}
