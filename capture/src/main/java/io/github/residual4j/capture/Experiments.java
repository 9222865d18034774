package io.github.residual4j.capture;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.analysis.View;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.text.Counted;
import java.util.List;
import java.util.stream.IntStream;

/** What the sweeps of experiments have in common. */
final class Experiments {
    private Experiments() {}

    static Axis blocks(int count) {
        return new Axis(
                "block", IntStream.range(0, count).mapToObj(b -> "L" + b).toList());
    }

    static Axis heads(int count) {
        return new Axis("head", IntStream.range(0, count).mapToObj(h -> "H" + h).toList());
    }

    /** Refuses a hook point that a sweep over blocks cannot be made of. */
    static void requireSweepable(ExperimentTexts texts, HookPoint point) {
        if (!BadRequestException.requireGiven(point, "hook point").isInEveryBlock()) {
            throw new BadRequestException(point + " belongs to no block; a sweep goes over the blocks.");
        }
        if (point != HookPoint.RESID_PRE && !texts.model().offers().contains(point)) {
            throw new BadRequestException("This model cannot give " + point + "; it offers "
                    + texts.model().offers() + ".");
        }
    }

    /** Refuses a window that is no number of blocks, and several states of the stream at once. */
    static void requireWindow(ExperimentTexts texts, HookPoint point, int window) {
        int blocks = texts.model().blocks();
        if (window < 1 || window > blocks) {
            throw new BadRequestException("A window has 1 to " + Counted.of(blocks, "block") + ", not " + window + ".");
        }
        if (window > 1 && point.isStream()) {
            throw new BadRequestException("A state of the stream holds all that was written before it, so " + point
                    + " in a window of " + window + " blocks is that of the last of them; use a window of 1.");
        }
    }

    /** Refuses a metric that is the same for both ends, so that no share of the way between them can be told. */
    static void requireDifference(Metric metric, double clean, double corrupted) {
        if (!(Math.abs(clean - corrupted) > 0)) {
            throw new BadRequestException(
                    "The " + metric + " is " + clean + " with and without the change, so nothing can"
                            + " be told from it; choose texts or tokens by which they differ.");
        }
    }

    /** A result of values put in place by place, with their share of the way from the corrupted run to the clean one. */
    static PatchingSweep patching(
            String title, String kind, View view, Axis columns, double[][] values, double clean, double corrupted) {
        double[][] normalised = new double[values.length][columns.labels().size()];
        for (int block = 0; block < values.length; block++) {
            for (int i = 0; i < values[block].length; i++) {
                normalised[block][i] = (values[block][i] - corrupted) / (clean - corrupted);
            }
        }
        Axis rows = blocks(values.length);
        Axis one = new Axis("text", List.of("all"));
        return new PatchingSweep(
                title,
                kind,
                view,
                List.of(
                        Measure.of("value", "", rows, columns, values),
                        Measure.of("normalised", "", rows, columns, normalised),
                        Measure.of("clean", "", one, new double[] {clean}),
                        Measure.of("corrupted", "", one, new double[] {corrupted})));
    }
}
