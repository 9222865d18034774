package io.github.residual4j.examples.cli;

import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.hook.HookPoint;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Hides a subject by noise and puts states of the run without noise back. */
@Command(
        name = "trace",
        description =
                "Hides a subject of a text by noise, puts one state after the other back, and tells how far each brings"
                        + " the answer back (causal tracing).",
        mixinStandardHelpOptions = true)
final class TraceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelArguments model;

    @Mixin
    private Look look;

    @Option(names = "--text", required = true, paramLabel = "TEXT", description = "The text with the answer.")
    private String text;

    @Option(
            names = "--subject",
            required = true,
            paramLabel = "WORDS",
            description = "What the noise hides: whole tokens of the text.")
    private String subject;

    @Option(names = "--answer", required = true, paramLabel = "TOKEN", description = "What should come next.")
    private String answer;

    /** What is put back, by the names of files. */
    enum Kind {
        resid_pre(HookPoint.RESID_PRE),
        resid_mid(HookPoint.RESID_MID),
        resid_post(HookPoint.RESID_POST),
        attn_out(HookPoint.ATTENTION_OUTPUT),
        mlp_out(HookPoint.MLP_OUTPUT);

        private final HookPoint point;

        Kind(HookPoint point) {
            this.point = point;
        }
    }

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "resid_post",
            description = "What is put back: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Kind kind;

    @Option(
            names = "--window",
            paramLabel = "BLOCKS",
            defaultValue = "1",
            description = "In how many neighbouring blocks outputs are put back at once (default: ${DEFAULT-VALUE}).")
    private int window;

    @Option(
            names = "--noise",
            paramLabel = "SIZE",
            defaultValue = "3",
            description = "The noise, in standard deviations of the token embedding (default: ${DEFAULT-VALUE}).")
    private double noise;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many runs with noise of their own are averaged (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "tracing",
            description = "Where tracing.json and tracing.png go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Override
    public Integer call() {
        PatchingSweep sweep;
        try (Progress progress = new Progress();
                LanguageModel opened = model.open(progress)) {
            progress.step("tracing");
            sweep = opened.tracing(text)
                    .subject(subject)
                    .answer(answer)
                    .noise(noise, runs)
                    .over(kind.point, window);
        }
        new SweepFolder(out).write(sweep, "tracing", look, spec.commandLine().getOut());
        return 0;
    }
}
