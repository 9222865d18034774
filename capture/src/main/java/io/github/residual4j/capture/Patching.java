package io.github.residual4j.capture;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.analysis.View;
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
import java.util.stream.IntStream;

/**
 * Activation patching: values of the clean text's run are put into the corrupted text's, one place after the other, and a
 * metric tells how far each brings the clean answer back. Immutable; {@link LanguageModel#patching} makes one.
 *
 * <pre>{@code
 * PatchingSweep sweep = model.patching("Paris is the capital of", "Berlin is the capital of")
 *         .logitDifference(" France", " Germany")
 *         .over(HookPoint.RESID_PRE);
 * }</pre>
 *
 * <p>Runs begin at the block they differ in, from states that were captured once, and go through the model in batches.
 */
public final class Patching {
    private static final String POSITION = "position";

    private final ExperimentTexts texts;
    private final Metric metric;
    private final boolean noising;
    private final int[][] alignment; // pairs of a clean and a corrupted position
    private final int position; // −1 for all

    private Patching(ExperimentTexts texts, Metric metric, boolean noising, int[][] alignment, int position) {
        this.texts = texts;
        this.metric = metric;
        this.noising = noising;
        this.alignment = alignment;
        this.position = position;
    }

    static Patching of(ExperimentTexts texts) {
        return new Patching(texts, Metric.divergence(), false, new int[0][], -1);
    }

    /**
     * {@return the same with another metric} Without one it is the divergence from the clean run.
     *
     * @param newMetric what is read off the last position's logits
     */
    public Patching metric(Metric newMetric) {
        return new Patching(texts, BadRequestException.requireGiven(newMetric, "metric"), noising, alignment, position);
    }

    /**
     * {@return the same, measured by the logit of one token less that of another}
     *
     * @param answer the token that the clean text asks for, such as {@code " France"}
     * @param wrong the one that the corrupted text asks for
     * @throws BadRequestException if either is not one token; the message shows how it splits
     */
    public Patching logitDifference(String answer, String wrong) {
        return metric(Metric.logitDifference(texts.token(answer), texts.token(wrong)));
    }

    /** {@return the same the other way about: values of the corrupted text's run are put into the clean text's} */
    public Patching noising() {
        return new Patching(texts, metric, true, alignment, position);
    }

    /**
     * {@return the same for texts of different length} Only the positions named are patched.
     *
     * @param pairs a position of the clean text and the one of the corrupted text that it corresponds to, each
     * @throws BadRequestException if a pair is none, or there is none
     */
    public Patching aligned(int[]... pairs) {
        BadRequestException.requireGiven(pairs, "list of pairs");
        for (int[] pair : pairs) {
            if (pair == null || pair.length != 2) {
                throw new BadRequestException("A pair is two positions, of the clean and of the corrupted text, not "
                        + Arrays.toString(pair) + ".");
            }
        }
        if (pairs.length == 0) {
            throw new BadRequestException("At least one pair of positions must be named.");
        }
        return new Patching(
                texts, metric, noising, Arrays.stream(pairs).map(int[]::clone).toArray(int[][]::new), position);
    }

    /**
     * {@return the same with heads, neurons or whole hook points patched at one position alone} Without it they are at all.
     *
     * @param newPosition counted from 0
     * @throws BadRequestException if the texts have no such position
     */
    public Patching at(int newPosition) {
        int end = Math.min(texts.clean().length, texts.corrupted().length);
        if (newPosition < 0 || newPosition >= end) {
            throw new BadRequestException(
                    "There is no position " + newPosition + "; the texts have positions 0 to " + (end - 1) + ".");
        }
        return new Patching(texts, metric, noising, alignment, newPosition);
    }

    /**
     * Patches each position of each block.
     *
     * @param point a state of the stream, an attention or MLP output, or another hook point of every block
     * @return the effect of each, {@code [blocks, positions]}
     * @throws BadRequestException if the texts differ in length and no alignment was given, the metric is the same for
     *     both, or the model cannot change the point
     */
    public PatchingSweep over(HookPoint point) {
        if (position >= 0) {
            throw new BadRequestException("over(...) goes over all positions, so at(" + position
                    + ") has no place; it is for heads, neurons and whole hook points.");
        }
        return sweep(name(point), point, POSITION, positions());
    }

    /**
     * Patches each head of each block, at all positions or at {@link #at one}.
     *
     * @param point {@link HookPoint#Z}, {@link HookPoint#Q}, {@link HookPoint#K}, {@link HookPoint#V} or {@link
     *     HookPoint#ATTENTION_PATTERN}
     * @return the effect of each, {@code [blocks, heads]}
     * @throws BadRequestException as for {@link #over}, or if the point has no heads
     */
    public PatchingSweep overHeads(HookPoint point) {
        if (!BadRequestException.requireGiven(point, "hook point").axes().contains("head")) {
            throw new BadRequestException(point + " has no heads; q, k, v, z and attention patterns have.");
        }
        int heads = texts.sizes().heads().orElse(0);
        return sweep("head_" + name(point).replace("attn.", ""), point, "head", heads(heads));
    }

    /**
     * Patches the whole of a hook point in each block, at all positions or at {@link #at one}.
     *
     * @param point of every block
     * @return the effect of each, {@code [blocks, 1]}
     * @throws BadRequestException as for {@link #over}
     */
    public PatchingSweep overBlocks(HookPoint point) {
        return sweep(name(point), point, "part", List.of(new Place(name(point), Unit.atPosition(position))));
    }

    /**
     * Patches some neurons of each block's MLP, at all positions or at {@link #at one}.
     *
     * @param point {@link HookPoint#MLP_PRE} or {@link HookPoint#MLP_POST}
     * @param neurons counted from 0
     * @return the effect of each, {@code [blocks, neurons]}
     * @throws BadRequestException as for {@link #over}, or if the model has no such neuron
     */
    public PatchingSweep overNeurons(HookPoint point, int... neurons) {
        if (point != HookPoint.MLP_PRE && point != HookPoint.MLP_POST) {
            throw new BadRequestException(point + " has no neurons; MLP_PRE and MLP_POST have.");
        }
        int inner = texts.sizes().innerWidth().orElse(0);
        List<Place> places = new ArrayList<>();
        for (int neuron : BadRequestException.requireGiven(neurons, "list of neurons")) {
            if (neuron < 0 || neuron >= inner) {
                throw new BadRequestException("There is no neuron " + neuron + "; each MLP has " + inner + ".");
            }
            places.add(new Place("N" + neuron, Unit.ofNeuron(neuron, position)));
        }
        return sweep(name(point), point, "neuron", places);
    }

    /**
     * Patches the paths from each head to some receivers: the head has its value of the other text, all other heads keep
     * theirs, and what comes out at the receivers is put into a run that is otherwise free (path patching, Wang et al. 2022,
     * arXiv 2211.00593).
     *
     * @param receivers inputs of heads; none for the last state of the stream
     * @return the effect of each path, {@code [blocks, heads]}
     * @throws BadRequestException as for {@link #over}, if the texts differ in length, or if the model has no such head
     */
    public PatchingSweep pathsFromHeads(Receiver... receivers) {
        int heads = texts.sizes().heads().orElse(0);
        List<Place> places = heads(heads);
        return paths(receivers)
                .from(
                        HookPoint.Z,
                        new Axis("head", places.stream().map(Place::label).toList()),
                        places.stream().map(Place::unit).toList());
    }

    /**
     * As {@link #pathsFromHeads}, from each block's MLP.
     *
     * @param receivers inputs of heads; none for the last state of the stream
     * @return the effect of each path, {@code [blocks, 1]}
     * @throws BadRequestException as for {@link #pathsFromHeads}
     */
    public PatchingSweep pathsFromMlps(Receiver... receivers) {
        return paths(receivers).from(HookPoint.MLP_OUTPUT, new Axis("part", List.of("MLP")), List.of(Unit.WHOLE));
    }

    private PathPatching paths(Receiver... receivers) {
        if (alignment.length > 0 || position >= 0) {
            throw new BadRequestException(
                    "Paths are followed at all positions of texts of equal length; aligned(...) and"
                            + " at(...) have no place there.");
        }
        pairs();
        return new PathPatching(texts, metric, noising, PathPatching.list(receivers));
    }

    /** What a hook point is called within its block. */
    static String name(HookPoint point) {
        return BadRequestException.requireGiven(point, "hook point").nameIn(0).replaceFirst("blocks\\.0\\.", "");
    }

    /** A column of a sweep. */
    private record Place(String label, Unit unit) {}

    private List<Place> heads(int count) {
        return IntStream.range(0, count)
                .mapToObj(head -> new Place("H" + head, Unit.ofHead(head, position)))
                .toList();
    }

    private List<Place> positions() {
        List<Place> places = new ArrayList<>();
        List<String> clean = texts.labels(texts.clean());
        List<String> corrupted = texts.labels(texts.corrupted());
        for (int[] pair : pairs()) {
            String from = clean.get(pair[0]);
            String to = corrupted.get(pair[1]);
            places.add(new Place(from.equals(to) ? from : from + "→" + to, Unit.atPosition(pair[noising ? 0 : 1])));
        }
        return places;
    }

    private int[][] pairs() {
        int clean = texts.clean().length;
        int corrupted = texts.corrupted().length;
        if (alignment.length == 0) {
            if (clean != corrupted) {
                throw new BadRequestException(
                        "The clean text has " + Counted.of(clean, "token") + " and the corrupted one " + corrupted
                                + "; give texts of equal length, or say by aligned(...) which positions correspond.");
            }
            return IntStream.range(0, clean).mapToObj(p -> new int[] {p, p}).toArray(int[][]::new);
        }
        for (int[] pair : alignment) {
            if (pair[0] < 0 || pair[0] >= clean || pair[1] < 0 || pair[1] >= corrupted) {
                throw new BadRequestException("The pair " + Arrays.toString(pair) + " lies outside texts of " + clean
                        + " and " + Counted.of(corrupted, "token") + ".");
            }
        }
        return alignment;
    }

    private PatchingSweep sweep(String kind, HookPoint point, String axis, List<Place> places) {
        Experiments.requireSweepable(texts, point);
        int[][] pairs = pairs();
        if (alignment.length > 0 && !axis.equals(POSITION)) {
            throw new BadRequestException(
                    "Texts of different length are patched position by position; use over(...) with an alignment.");
        }
        return texts.whileOpen(() -> {
            Cancellation cancellation = new Cancellation();
            Set<HookKey> kept = new TreeSet<>(Sweep.states(texts.model()));
            for (int block = 0; block < texts.model().blocks(); block++) {
                kept.add(HookKey.of(point, block).kept());
            }
            BaseRun clean = BaseRun.of(texts.model(), texts.clean(), kept, cancellation);
            BaseRun corrupted = BaseRun.of(texts.model(), texts.corrupted(), kept, cancellation);
            return result(kind, point, axis, places, clean, corrupted, pairs, cancellation);
        });
    }

    private PatchingSweep result(
            String kind,
            HookPoint point,
            String axis,
            List<Place> places,
            BaseRun clean,
            BaseRun corrupted,
            int[][] pairs,
            Cancellation cancellation) {
        double best = metric.value(clean.logits(), clean.logits());
        double worst = metric.value(corrupted.logits(), clean.logits());
        Experiments.requireDifference(metric, best, worst);
        BaseRun base = noising ? clean : corrupted;
        BaseRun source = noising ? corrupted : clean;
        Sweep sweep = new Sweep(texts.model(), texts.sizes(), base, cancellation);
        List<Unit> units = places.stream().map(Place::unit).toList();
        int blocks = texts.model().blocks();
        double[][] values = new double[blocks][places.size()];
        List<float[]> others = IntStream.range(0, blocks)
                .mapToObj(block ->
                        moved(source.values().get(HookKey.of(point, block).kept()), source, base, pairs))
                .toList();
        List<List<float[]>> logits = sweep.run(point, 1, units, others);
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < units.size(); i++) {
                values[block][i] = metric.value(logits.get(block).get(i), clean.logits());
            }
        }
        Axis columns = new Axis(axis, places.stream().map(Place::label).toList());
        return Experiments.patching("Activation patching: " + kind, kind, view(kind), columns, values, best, worst);
    }

    private View view(String kind) {
        return new View(
                (noising ? "corrupted into clean" : "clean into corrupted") + " at " + kind + ", " + metric, false);
    }

    /** The source's values where the base has its positions. */
    private float[] moved(float[] values, BaseRun source, BaseRun base, int[][] pairs) {
        if (alignment.length == 0) {
            return values;
        }
        int row = values.length / source.ids().length;
        float[] moved = new float[row * base.ids().length];
        for (int[] pair : pairs) {
            int from = noising ? pair[1] : pair[0];
            int to = noising ? pair[0] : pair[1];
            System.arraycopy(values, from * row, moved, to * row, row);
        }
        return moved;
    }
}
