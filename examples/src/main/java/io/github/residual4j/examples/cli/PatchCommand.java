package io.github.residual4j.examples.cli;

import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.Patching;
import io.github.residual4j.hook.HookPoint;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts values of one text's run into another's, place by place. */
@Command(
        name = "patch",
        description =
                "Puts values of a clean text's run into a corrupted text's, place by place, and tells how far each"
                        + " brings the clean answer back.",
        mixinStandardHelpOptions = true)
final class PatchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelArguments model;

    @Mixin
    private Look look;

    @Option(names = "--clean", required = true, paramLabel = "TEXT", description = "The text with the answer.")
    private String clean;

    @Option(
            names = "--corrupted",
            required = true,
            paramLabel = "TEXT",
            description = "A text of as many tokens with another answer.")
    private String corrupted;

    @Option(names = "--answer", required = true, paramLabel = "TOKEN", description = "The clean text's answer.")
    private String answer;

    @Option(names = "--wrong", required = true, paramLabel = "TOKEN", description = "The corrupted text's answer.")
    private String wrong;

    /** What is patched, by the names of files. */
    enum Kind {
        resid_pre(HookPoint.RESID_PRE),
        resid_mid(HookPoint.RESID_MID),
        resid_post(HookPoint.RESID_POST),
        attn_out(HookPoint.ATTENTION_OUTPUT),
        mlp_out(HookPoint.MLP_OUTPUT),
        head_z(HookPoint.Z),
        head_q(HookPoint.Q),
        head_k(HookPoint.K),
        head_v(HookPoint.V),
        head_pattern(HookPoint.ATTENTION_PATTERN);

        private final HookPoint point;

        Kind(HookPoint point) {
            this.point = point;
        }

        PatchingSweep sweep(Patching patching) {
            return name().startsWith("head_") ? patching.overHeads(point) : patching.over(point);
        }
    }

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "resid_pre",
            description = "What is patched: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Kind kind;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "patching",
            description = "Where patching.json and patching.png go (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Override
    public Integer call() {
        PatchingSweep sweep;
        try (Progress progress = new Progress();
                LanguageModel opened = model.open(progress)) {
            progress.step("patching");
            sweep = kind.sweep(opened.patching(clean, corrupted).logitDifference(answer, wrong));
        }
        new SweepFolder(out).write(sweep, "patching", look, spec.commandLine().getOut());
        return 0;
    }
}
