package io.github.residual4j.capture;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.analysis.View;
import io.github.residual4j.capture.internal.edit.GaussianNoise;
import io.github.residual4j.capture.internal.experiment.BaseRun;
import io.github.residual4j.capture.internal.experiment.Sweep;
import io.github.residual4j.capture.internal.experiment.Unit;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.text.Counted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Causal tracing (Meng et al. 2022, arXiv 2202.05262): noise hides a subject from the model, one state of the run without noise
 * is put back, and a metric tells how far that brings the answer back. Noise is added to the embeddings of the subject's
 * tokens, several times over, and results are means over these runs. Immutable; {@link LanguageModel#tracing} makes one.
 *
 * <pre>{@code
 * PatchingSweep states = model.tracing("Paris is the capital of")
 *         .subject("Paris")
 *         .answer(" France")
 *         .over(HookPoint.RESID_POST);
 * }</pre>
 */
public final class CausalTracing {
    private static final double DEVIATIONS = 3;
    private static final int SEEDS = 10;

    private final ExperimentTexts texts;
    private final Metric metric;
    private final List<Integer> subject;
    private final Noise noise;

    /** Noise, of which each run has its own, {@code [runs][positions × width]}; drawn when the width is known. */
    @FunctionalInterface
    private interface Noise {
        float[][] draw(ExperimentTexts texts, int positions);
    }

    private CausalTracing(ExperimentTexts texts, Metric metric, List<Integer> subject, Noise noise) {
        this.texts = texts;
        this.metric = metric;
        this.subject = subject;
        this.noise = noise;
    }

    static CausalTracing of(ExperimentTexts texts) {
        return new CausalTracing(texts, Metric.divergence(), List.of(), drawn(DEVIATIONS, SEEDS));
    }

    /**
     * {@return the same with the tokens of a stretch of the text as its subject, where it stands first}
     *
     * @param words whole tokens of the text; a space before them may be left out
     * @throws BadRequestException if the text has no such tokens
     */
    public CausalTracing subject(String words) {
        return new CausalTracing(texts, metric, texts.positionsOf(words), noise);
    }

    /**
     * {@return the same with some positions as its subject}
     *
     * @param positions counted from 0
     * @throws BadRequestException if the text has no such position, or none is given
     */
    public CausalTracing subject(int... positions) {
        int tokens = texts.clean().length;
        List<Integer> all = Arrays.stream(BadRequestException.requireGiven(positions, "list of positions"))
                .distinct()
                .sorted()
                .boxed()
                .toList();
        for (int position : all) {
            if (position < 0 || position >= tokens) {
                throw new BadRequestException("There is no position " + position + "; the text has "
                        + Counted.of(tokens, "token") + ", counted from 0.");
            }
        }
        requireSubject(all);
        return new CausalTracing(texts, metric, all, noise);
    }

    /**
     * {@return the same, measured by the probability of one token} Without it or {@link #metric} the divergence from the run
     * without noise is.
     *
     * @param answer such as {@code " France"}
     * @throws BadRequestException if it is not one token; the message shows how it splits
     */
    public CausalTracing answer(String answer) {
        return metric(Metric.probability(texts.token(answer)));
    }

    /**
     * {@return the same with another metric}
     *
     * @param newMetric what is read off the last position's logits
     */
    public CausalTracing metric(Metric newMetric) {
        return new CausalTracing(texts, BadRequestException.requireGiven(newMetric, "metric"), subject, noise);
    }

    /**
     * {@return the same with other noise} Without it there are {@value #SEEDS} runs with noise of {@value #DEVIATIONS}
     * deviations.
     *
     * @param deviations the noise's standard deviation, in those of all values of the token embedding, above 0
     * @param runs how many runs have noise of their own, seeded by 0, 1, 2 and so on
     * @throws BadRequestException if either is not above 0
     */
    public CausalTracing noise(double deviations, int runs) {
        if (!(deviations > 0) || deviations == Double.POSITIVE_INFINITY || runs < 1) {
            throw new BadRequestException("Noise has a size above 0 and at least one run, not size " + deviations
                    + " and " + Counted.of(runs, "run") + ".");
        }
        return new CausalTracing(texts, metric, subject, drawn(deviations, runs));
    }

    /** The same with noise that was drawn elsewhere, {@code [runs][positions × width]}. */
    CausalTracing noise(float[][] given) {
        return new CausalTracing(texts, metric, subject, (of, positions) -> given);
    }

    private static Noise drawn(double deviations, int runs) {
        return (texts, positions) -> {
            double sigma = deviations
                    * texts.sizes()
                            .embeddingDeviation()
                            .get()
                            .orElseThrow(() -> new BadRequestException("The embedding of this model is not at hand, so"
                                    + " noise cannot be told in its standard deviations."));
            return IntStream.range(0, runs)
                    .mapToObj(seed -> GaussianNoise.draw(
                            sigma, seed, positions * texts.sizes().width()))
                    .toArray(float[][]::new);
        };
    }

    /**
     * Puts each position of each block back, one at a time.
     *
     * @param point a state of the stream, an attention or MLP output, or another hook point of every block
     * @return the effect of each, {@code [blocks, positions]}: {@link PatchingSweep#clean()} is the metric without noise,
     *     {@link PatchingSweep#corrupted()} with noise alone
     * @throws BadRequestException if no subject was named, the noise does not move the metric, or the model cannot change
     *     the point
     */
    public PatchingSweep over(HookPoint point) {
        return over(point, 1);
    }

    /**
     * Puts each position back in several neighbouring blocks at once, which tells more of outputs that only add to what others
     * wrote.
     *
     * @param point an attention or MLP output, or another hook point of every block that is not a state of the stream
     * @param window how many blocks around each
     * @return the effect of each, {@code [blocks, positions]}
     * @throws BadRequestException as for {@link #over(HookPoint)}, or if the window is no number of blocks
     */
    public PatchingSweep over(HookPoint point, int window) {
        Experiments.requireSweepable(texts, point);
        Experiments.requireWindow(texts, point, window);
        requireSubject(subject);
        return texts.whileOpen(() -> sweep(point, window));
    }

    private static void requireSubject(List<Integer> positions) {
        if (positions.isEmpty()) {
            throw new BadRequestException("No subject is named; say which tokens the noise hides by subject(...).");
        }
    }

    private PatchingSweep sweep(HookPoint point, int window) {
        if (!texts.model().canStartAt(0)) {
            throw new BadRequestException(
                    "This model cannot begin with embeddings that are given, so no noise can be added to them.");
        }
        Cancellation cancellation = new Cancellation();
        int blocks = texts.model().blocks();
        Set<HookKey> kept = new TreeSet<>(Sweep.states(texts.model()));
        kept.add(HookKey.of(HookPoint.EMBED));
        for (int block = 0; block < blocks; block++) {
            kept.add(HookKey.of(point, block).kept());
        }
        BaseRun clean = BaseRun.of(texts.model(), texts.clean(), kept, cancellation);
        List<float[]> restored = IntStream.range(0, blocks)
                .mapToObj(block -> clean.values().get(HookKey.of(point, block).kept()))
                .toList();
        int tokens = texts.clean().length;
        List<Unit> units = IntStream.range(0, tokens).mapToObj(Unit::atPosition).toList();
        float[][] noises = noise.draw(texts, subject.size());
        double[][] values = new double[blocks][tokens];
        double corrupted = 0;
        for (float[] drawn : noises) {
            BaseRun noised = BaseRun.from(texts.model(), texts.clean(), noised(clean, drawn), kept, cancellation);
            corrupted += metric.value(noised.logits(), clean.logits()) / noises.length;
            List<List<float[]>> logits =
                    new Sweep(texts.model(), texts.sizes(), noised, cancellation).run(point, window, units, restored);
            for (int block = 0; block < blocks; block++) {
                for (int i = 0; i < tokens; i++) {
                    values[block][i] += metric.value(logits.get(block).get(i), clean.logits()) / noises.length;
                }
            }
        }
        String words =
                "noise on positions " + subject.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + " (" + Counted.of(noises.length, "run") + "), clean " + Patching.name(point) + " put back"
                        + (window == 1 ? "" : " in " + window + " blocks") + ", " + metric;
        Axis columns = new Axis("position", marked(texts.labels(texts.clean())));
        double whole = metric.value(clean.logits(), clean.logits());
        Experiments.requireDifference(metric, whole, corrupted);
        String title = "Causal tracing: " + Patching.name(point)
                + (window == 1 ? "" : ", windows of " + Counted.of(window, "block"));
        return Experiments.patching(
                title, Patching.name(point), new View(words, false), columns, values, whole, corrupted);
    }

    private float[] noised(BaseRun clean, float[] drawn) {
        int width = texts.sizes().width();
        float[] embeddings = clean.values().get(HookKey.of(HookPoint.EMBED)).clone();
        for (int i = 0; i < drawn.length; i++) {
            embeddings[subject.get(i / width) * width + i % width] += drawn[i];
        }
        return embeddings;
    }

    /** Labels with a star after those of the subject. */
    private List<String> marked(List<String> labels) {
        List<String> marked = new ArrayList<>(labels);
        subject.forEach(position -> marked.set(position, labels.get(position) + "*"));
        return marked;
    }
}
