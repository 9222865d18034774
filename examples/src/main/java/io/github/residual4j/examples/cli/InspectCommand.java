package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.ModelDescription;
import io.github.residual4j.capture.ModelOptions;
import io.github.residual4j.capture.ModelShape;
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

    @Parameters(paramLabel = "SPEC", defaultValue = "embedded", description = ModelArguments.SPEC)
    private String model;

    @Override
    public Integer call() {
        try (Progress progress = new Progress();
                LanguageModel gpt2 = ModelArguments.open(model, ModelOptions.defaults(), progress)) {
            ModelDescription description = gpt2.description();
            ModelShape shape = description.shape();
            PrintWriter out = spec.commandLine().getOut();
            out.printf("%-12s%s%n", "model", gpt2.name());
            out.printf("%-12s%s%n", "kind", description.kind());
            out.printf("%-12s%d%n", "layers", shape.blocks());
            out.printf(
                    "%-12s%s%n",
                    "heads", shape.heads().isPresent() ? shape.heads().getAsInt() : "not told");
            out.printf("%-12s%d%n", "width", shape.width());
            out.printf(
                    "%-12s%s%n",
                    "context", shape.context().isPresent() ? shape.context().getAsInt() : "not told");
            description
                    .onlyLength()
                    .ifPresent(length ->
                            out.printf("%-12s%d %s exactly%n", "texts", length, length == 1 ? "token" : "tokens"));
            out.printf("%-12s%d%n", "vocabulary", shape.vocabulary());
            if (!description.inputs().isEmpty()) {
                out.println("inputs");
                description.inputs().forEach(input -> out.println("  " + input));
            }
            out.println("points");
            description.points().forEach((point, tensor) -> printPoint(out, point, tensor));
            out.println("offers");
            description
                    .offers()
                    .forEach(point -> out.println("  " + point.nameIn(0).replace("blocks.0", "blocks.l")));
            description.notes().forEach(out::println);
        }
        return 0;
    }

    private static void printPoint(PrintWriter out, String point, String tensor) {
        String kind = point.equals(ActivationSession.FINAL) ? " (after the final layer norm)" : "";
        out.println(tensor.isEmpty() ? "  " + point + kind : String.format("  %-22s%s%s", point, tensor, kind));
    }
}
