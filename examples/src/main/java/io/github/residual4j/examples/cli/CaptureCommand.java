package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.Gpt2;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a model on a text and writes a session directory. */
@Command(
        name = "capture",
        description = "Runs a model on a text and writes every state of its residual stream as a session directory.",
        mixinStandardHelpOptions = true)
final class CaptureCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private InputOptions input;

    @Mixin
    private ModelOptions model;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "session",
            description = "Where the session goes (default: ${DEFAULT-VALUE}). An existing session is replaced.")
    private Path out;

    @Override
    public Integer call() {
        try (Gpt2 gpt2 = model.open()) {
            ActivationSession session = input.text != null
                    ? gpt2.capture(input.text)
                    : gpt2.capture(input.ids.stream().mapToLong(Long::longValue).toArray());
            session.save(out);
            spec.commandLine().getOut().println(session);
            spec.commandLine().getOut().println("written to " + out);
        }
        return 0;
    }
}
