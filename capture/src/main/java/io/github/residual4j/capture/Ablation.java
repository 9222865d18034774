package io.github.residual4j.capture;

import io.github.residual4j.analysis.AblationSweep;
import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.View;
import io.github.residual4j.capture.internal.experiment.BaseRun;
import io.github.residual4j.capture.internal.experiment.Sweep;
import io.github.residual4j.capture.internal.experiment.Unit;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Silences one part of a model after the other and tells what becomes of the answer. Immutable; {@link
 * LanguageModel#ablation} makes one.
 */
public final class Ablation {
    private static final float[] ZERO = {0};

    private final ExperimentTexts texts;
    private final Metric metric;

    private Ablation(ExperimentTexts texts, Metric metric) {
        this.texts = texts;
        this.metric = metric;
    }

    static Ablation of(ExperimentTexts texts) {
        return new Ablation(texts, Metric.divergence());
    }

    /**
     * {@return the same with another metric} Without one it is the divergence from the whole model.
     *
     * @param newMetric what is read off the last position's logits
     */
    public Ablation metric(Metric newMetric) {
        return new Ablation(texts, BadRequestException.requireGiven(newMetric, "metric"));
    }

    /**
     * {@return the same, measured by the logit of one token less that of another}
     *
     * @param answer the token that should win, such as {@code " France"}
     * @param wrong the other
     * @throws BadRequestException if either is not one token; the message shows how it splits
     */
    public Ablation logitDifference(String answer, String wrong) {
        return metric(Metric.logitDifference(texts.token(answer), texts.token(wrong)));
    }

    /**
     * {@return the effect of silencing each head, {@code [blocks, heads]}} Zeros take the place of its {@code z}; the output's
     * bias stays.
     */
    public AblationSweep heads() {
        int heads = texts.sizes().heads().orElse(0);
        return sweep(
                HookPoint.Z,
                new Axis(
                        "head", IntStream.range(0, heads).mapToObj(h -> "H" + h).toList()),
                IntStream.range(0, heads).mapToObj(Unit::ofHead).toList());
    }

    /** {@return the effect of silencing each block's attention, {@code [blocks, 1]}} */
    public AblationSweep attentions() {
        return sweep(HookPoint.ATTENTION_OUTPUT, new Axis("part", List.of("attention")), List.of(Unit.WHOLE));
    }

    /** {@return the effect of silencing each block's MLP, {@code [blocks, 1]}} */
    public AblationSweep mlps() {
        return sweep(HookPoint.MLP_OUTPUT, new Axis("part", List.of("MLP")), List.of(Unit.WHOLE));
    }

    private AblationSweep sweep(HookPoint point, Axis columns, List<Unit> units) {
        return texts.whileOpen(() -> {
            Cancellation cancellation = new Cancellation();
            BaseRun base = BaseRun.of(texts.model(), texts.clean(), Sweep.states(texts.model()), cancellation);
            Sweep sweep = new Sweep(texts.model(), texts.sizes(), base, cancellation);
            double whole = metric.value(base.logits(), base.logits());
            int blocks = texts.model().blocks();
            double[][] values = new double[blocks][units.size()];
            double[][] changes = new double[blocks][units.size()];
            List<List<float[]>> logits = sweep.run(point, units, Collections.nCopies(blocks, ZERO));
            for (int block = 0; block < blocks; block++) {
                for (int i = 0; i < units.size(); i++) {
                    values[block][i] = metric.value(logits.get(block).get(i), base.logits());
                    changes[block][i] = values[block][i] - whole;
                }
            }
            Axis rows = new Axis(
                    "block", IntStream.range(0, blocks).mapToObj(b -> "L" + b).toList());
            return new AblationSweep(
                    new View(Patching.name(point) + " silenced, " + metric, false),
                    List.of(
                            Measure.of("value", "", rows, columns, values),
                            Measure.of("change", "", rows, columns, changes),
                            Measure.of("whole", "", new Axis("text", List.of("all")), new double[] {whole})));
        });
    }
}
