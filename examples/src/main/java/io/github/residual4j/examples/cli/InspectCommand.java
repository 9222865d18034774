package io.github.residual4j.examples.cli;

import io.github.residual4j.StreamPoint;
import io.github.residual4j.capture.Gpt2;
import io.github.residual4j.capture.checkpoint.Gpt2Config;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what a model holds. */
@Command(
        name = "inspect",
        description = "Prints what a model holds: layers, width, heads, and the points of its residual stream.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SPEC", defaultValue = "embedded", description = ModelOptions.SPEC)
    private String model;

    @Override
    public Integer call() {
        try (Progress progress = new Progress(spec.commandLine().getErr());
                Gpt2 gpt2 = ModelOptions.open(model, progress)) {
            Gpt2Config config = gpt2.config();
            PrintWriter out = spec.commandLine().getOut();
            out.printf("%-12s%s%n", "model", gpt2.name());
            out.printf("%-12s%d%n", "layers", config.layers());
            out.printf("%-12s%d%n", "heads", config.heads());
            out.printf("%-12s%d%n", "width", config.width());
            out.printf("%-12s%d%n", "context", config.context());
            out.printf("%-12s%d%n", "vocabulary", config.vocabulary());
            out.println("points");
            for (int index = 0; index < 2 * config.layers() + 1; index++) {
                out.println("  " + StreamPoint.canonical(index));
            }
            out.println("  final (after the final layer norm)");
        }
        return 0;
    }
}
