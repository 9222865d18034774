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
import io.github.residual4j.internal.text.Counted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Silences one part of a model after the other and tells what becomes of the answer. Immutable; {@link
 * LanguageModel#ablation} makes one.
 */
public final class Ablation {
    private static final float[] ZERO = {0};
    private static final float[] CUT = {Float.NEGATIVE_INFINITY};

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
                Experiments.heads(heads),
                IntStream.range(0, heads)
                        .mapToObj(head -> Unit.ofHead(head, -1))
                        .toList());
    }

    /** {@return the effect of silencing each block's attention, {@code [blocks, 1]}} */
    public AblationSweep attentions() {
        return sweep(HookPoint.ATTENTION_OUTPUT, new Axis("part", List.of("attention")), List.of(Unit.WHOLE));
    }

    /** {@return the effect of silencing each block's MLP, {@code [blocks, 1]}} */
    public AblationSweep mlps() {
        return sweep(HookPoint.MLP_OUTPUT, new Axis("part", List.of("MLP")), List.of(Unit.WHOLE));
    }

    /**
     * Keeps the last position from attending to each position of the text, in every head of neighbouring blocks (attention
     * knock-out, Geva et al. 2023, arXiv 2304.14767).
     *
     * @param window how many blocks around each
     * @return the effect of each, {@code [blocks, positions]}
     * @throws BadRequestException if the window is no number of blocks, the text has one token alone, or the model cannot
     *     change attention scores
     */
    public AblationSweep attentionTo(int window) {
        int last = texts.clean().length - 1;
        return attentionTo(
                window,
                last,
                IntStream.rangeClosed(0, last).mapToObj(key -> new int[] {key}).toArray(int[][]::new));
    }

    /**
     * Keeps one position from attending to each of some groups of positions, in every head of neighbouring blocks.
     *
     * @param window how many blocks around each
     * @param query the position that looks, counted from 0
     * @param keys groups of positions that it may not look at, none of them after it
     * @return the effect of each, {@code [blocks, groups]}
     * @throws BadRequestException as for {@link #attentionTo(int)}, if a position is not in the text or after the one that
     *     looks, or if a group leaves it nothing to look at
     */
    public AblationSweep attentionTo(int window, int query, int[]... keys) {
        Experiments.requireSweepable(texts, HookPoint.ATTENTION_SCORES);
        Experiments.requireWindow(texts, HookPoint.ATTENTION_SCORES, window);
        List<String> labels = texts.labels(texts.clean());
        if (query < 0 || query >= labels.size()) {
            throw new BadRequestException("There is no position " + query + " to look from; the text has "
                    + Counted.of(labels.size(), "token") + ", counted from 0.");
        }
        List<Unit> units = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        for (int[] group : BadRequestException.requireGiven(keys, "list of groups")) {
            List<Integer> attended =
                    Arrays.stream(group).distinct().sorted().boxed().toList();
            if (attended.isEmpty() || attended.get(0) < 0 || attended.get(attended.size() - 1) > query) {
                throw new BadRequestException("Position " + query + " looks at positions 0 to " + query + "; the group "
                        + Arrays.toString(group) + " is not among them.");
            }
            if (attended.size() > query) {
                throw new BadRequestException(
                        "Without " + attended + " there is nothing left for position " + query + " to attend to.");
            }
            units.add(Unit.ofEdges(query, attended));
            columns.add(attended.stream().map(labels::get).collect(Collectors.joining(" ")));
        }
        String words = "attention of position " + query + " " + labels.get(query) + " knocked out in "
                + Counted.of(window, "block") + ", " + metric;
        return sweep(
                "Attention knock-out",
                HookPoint.ATTENTION_SCORES,
                window,
                CUT,
                words,
                new Axis("attended", columns),
                units);
    }

    private AblationSweep sweep(HookPoint point, Axis columns, List<Unit> units) {
        String name = Patching.name(point);
        return sweep("Ablation: " + name, point, 1, ZERO, name + " silenced, " + metric, columns, units);
    }

    private AblationSweep sweep(
            String title, HookPoint point, int window, float[] put, String words, Axis columns, List<Unit> units) {
        return texts.whileOpen(() -> {
            Cancellation cancellation = new Cancellation();
            BaseRun base = BaseRun.of(texts.model(), texts.clean(), Sweep.states(texts.model()), cancellation);
            Sweep sweep = new Sweep(texts.model(), texts.sizes(), base, cancellation);
            double whole = metric.value(base.logits(), base.logits());
            int blocks = texts.model().blocks();
            double[][] values = new double[blocks][units.size()];
            double[][] changes = new double[blocks][units.size()];
            List<List<float[]>> logits = sweep.run(point, window, units, Collections.nCopies(blocks, put));
            for (int block = 0; block < blocks; block++) {
                for (int i = 0; i < units.size(); i++) {
                    values[block][i] = metric.value(logits.get(block).get(i), base.logits());
                    changes[block][i] = values[block][i] - whole;
                }
            }
            Axis rows = Experiments.blocks(blocks);
            return new AblationSweep(
                    title,
                    new View(words, false),
                    List.of(
                            Measure.of("value", "", rows, columns, values),
                            Measure.of("change", "", rows, columns, changes),
                            Measure.of("whole", "", new Axis("text", List.of("all")), new double[] {whole})));
        });
    }
}
