package io.github.residual4j.capture;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.analysis.View;
import io.github.residual4j.capture.internal.experiment.BaseRun;
import io.github.residual4j.capture.internal.experiment.HeadInput;
import io.github.residual4j.capture.internal.experiment.PathRuns;
import io.github.residual4j.capture.internal.experiment.Unit;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.text.Counted;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Paths from each component to some receivers, for {@link Patching}. */
record PathPatching(ExperimentTexts texts, Metric metric, boolean noising, List<Receiver> receivers) {
    /** Copies what it is given, and refuses what the model cannot do. */
    PathPatching {
        receivers = List.copyOf(receivers);
        if (!PathRuns.areFor(texts.model())) {
            throw new BadRequestException("This model's heads cannot be held fast, so paths cannot be followed in it;"
                    + " use the model's checkpoint.");
        }
        int blocks = texts.model().blocks();
        int heads = texts.sizes().heads().orElseThrow();
        for (Receiver receiver : receivers) {
            if (receiver.block() >= blocks || receiver.head() >= heads) {
                throw new BadRequestException("There is no " + receiver + "; the model has "
                        + Counted.of(blocks, "block") + " of " + Counted.of(heads, "head") + ", counted from 0.");
            }
        }
    }

    PatchingSweep from(HookPoint sender, Axis columns, List<Unit> units) {
        return texts.whileOpen(() -> {
            Cancellation cancellation = new Cancellation();
            Set<HookKey> kept = PathRuns.kept(texts.model());
            BaseRun clean = BaseRun.of(texts.model(), texts.clean(), kept, cancellation);
            BaseRun corrupted = BaseRun.of(texts.model(), texts.corrupted(), kept, cancellation);
            double best = metric.value(clean.logits(), clean.logits());
            double worst = metric.value(corrupted.logits(), clean.logits());
            Experiments.requireDifference(metric, best, worst);
            BaseRun base = noising ? clean : corrupted;
            BaseRun source = noising ? corrupted : clean;
            List<HeadInput> ends = receivers.stream()
                    .map(receiver -> new HeadInput(HookKey.of(receiver.input(), receiver.block()), receiver.head()))
                    .toList();
            List<List<float[]>> logits =
                    new PathRuns(texts.model(), texts.sizes(), base, source, ends, cancellation).logits(sender, units);
            double[][] values = logits.stream()
                    .map(block -> block.stream()
                            .mapToDouble(run -> metric.value(run, clean.logits()))
                            .toArray())
                    .toArray(double[][]::new);
            String from = Patching.name(sender);
            return Experiments.patching(
                    "Path patching from " + from, "paths_from_" + from, view(sender), columns, values, best, worst);
        });
    }

    private View view(HookPoint sender) {
        String end = receivers.isEmpty()
                ? "the last state of the stream"
                : receivers.stream().map(Receiver::toString).collect(Collectors.joining(", "));
        return new View(
                (noising ? "corrupted into clean" : "clean into corrupted") + " on paths from " + Patching.name(sender)
                        + " to " + end + ", " + metric,
                false);
    }

    static List<Receiver> list(Receiver... receivers) {
        return Stream.of(BadRequestException.requireGiven(receivers, "list of receivers"))
                .map(receiver -> BadRequestException.requireGiven(receiver, "receiver"))
                .toList();
    }
}
