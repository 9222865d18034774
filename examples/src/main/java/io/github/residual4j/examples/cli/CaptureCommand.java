package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.hook.HookPoint;
import java.nio.file.Path;
import java.util.Set;
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
    private ModelArguments model;

    @Mixin(name = EditOptions.MIXIN)
    private EditOptions edits;

    @Option(names = "--bos", description = "Put the model's beginning-of-sequence token before the text.")
    private boolean bos;

    /** What a capture keeps. */
    enum Kept {
        /** The residual stream, the state after the final layer norm, and the last position's logits. */
        residual,
        /** Every point the model offers. */
        all
    }

    @Option(
            names = "--points",
            paramLabel = "WHICH",
            defaultValue = "residual",
            description =
                    "residual: the stream, the final state and the logits of the last position; all: every point the"
                            + " model offers (default: ${DEFAULT-VALUE}).")
    private Kept points;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "session",
            description = "Where the session goes (default: ${DEFAULT-VALUE}). An existing session is replaced.")
    private Path out;

    @Override
    public Integer call() {
        ActivationSession session;
        try (Progress progress = new Progress();
                LanguageModel gpt2 = model.open(progress)) {
            progress.step("running the model");
            session = request(gpt2).capture();
            session.save(out);
        }
        Warnings.print(session, spec.commandLine().getErr());
        spec.commandLine().getOut().println(TerminalText.oneLine(session.toString()));
        spec.commandLine().getOut().println("written to " + out);
        return 0;
    }

    private CaptureRequest request(LanguageModel gpt2) {
        CaptureRequest text = input.request(gpt2);
        Set<HookPoint> offers = gpt2.description().offers();
        CaptureRequest kept = text;
        if (points == Kept.all) {
            kept = text.allPoints();
        } else if (offers.contains(HookPoint.LOGITS)) { // an ONNX file may lack them
            kept = text.lastLogits();
        }
        return edits.addTo(bos ? kept.prependBos() : kept);
    }
}
