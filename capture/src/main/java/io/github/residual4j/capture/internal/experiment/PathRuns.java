package io.github.residual4j.capture.internal.experiment;

import io.github.residual4j.capture.internal.edit.ModelSizes;
import io.github.residual4j.capture.internal.graph.EditShape;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs in which one sender takes its value of another text while every other head keeps its own: what the sender writes
 * reaches the rest through the stream and the MLPs alone. Where receivers are named, what has reached them is put into a
 * second run that is otherwise free (path patching, Wang et al. 2022, arXiv 2211.00593).
 *
 * <p>Only for models that begin at any block and let heads be changed.
 */
public final class PathRuns {
    private final StreamModel model;
    private final ModelSizes sizes;
    private final BaseRun base;
    private final BaseRun source;
    private final List<HeadInput> receivers;
    private final Cancellation cancellation;
    private final int tokens;

    /** @param receivers where paths end; none for the last state of the stream */
    public PathRuns(
            StreamModel model,
            ModelSizes sizes,
            BaseRun base,
            BaseRun source,
            List<HeadInput> receivers,
            Cancellation cancellation) {
        this.model = model;
        this.sizes = sizes;
        this.base = base;
        this.source = source;
        this.receivers = List.copyOf(receivers);
        this.cancellation = cancellation;
        tokens = base.ids().length;
    }

    /** Whether a model can be run so. */
    public static boolean areFor(StreamModel model) {
        return CarriedRuns.areFor(model) && model.canEdit(HookKey.of(HookPoint.Z, 0));
    }

    /** What both runs must keep. */
    public static Set<HookKey> kept(StreamModel model) {
        Set<HookKey> kept = new TreeSet<>(Sweep.states(model));
        for (int block = 0; block < model.blocks(); block++) {
            kept.add(HookKey.of(HookPoint.Z, block));
            kept.add(HookKey.of(HookPoint.MLP_OUTPUT, block));
        }
        return kept;
    }

    /** A run: the sender's block, what of it, its place, its states so far, and what has reached each receiver. */
    private record Run(int block, Unit unit, int place, float[] states, Map<HeadInput, float[]> received) {
        Run with(float[] newStates) {
            return new Run(block, unit, place, newStates, received);
        }
    }

    /** The last position's logits of each run, by the sender's block and unit. */
    public List<List<float[]>> logits(HookPoint sender, List<Unit> units) {
        List<Run> runs = new ArrayList<>();
        for (int block = 0; block < model.blocks(); block++) {
            for (int place = 0; place < units.size(); place++) {
                float[] states = base.values().get(BaseRun.stateBefore(block));
                runs.add(new Run(block, units.get(place), place, states, new HashMap<>()));
            }
            runs = throughBlock(block, sender, runs);
        }
        List<List<float[]>> logits = base.answers(model.blocks(), units.size());
        if (receivers.isEmpty()) {
            RunPlan plan = RunPlan.reading(Set.of(BaseRun.LOGITS)).startingAt(model.blocks());
            finish(plan, runs, some -> RunInputs.scoring(Positions.last()).startingWith(states(some)), logits);
        } else {
            receive(runs, logits);
        }
        return logits;
    }

    private List<Run> throughBlock(int block, HookPoint sender, List<Run> runs) {
        HookKey after = BaseRun.stateBefore(block + 1);
        HookKey heads = HookKey.of(HookPoint.Z, block);
        HookKey sends = HookKey.of(sender, block);
        Set<HookKey> reads = new TreeSet<>(Set.of(after));
        List<HeadInput> here = receivers.stream()
                .filter(receiver -> receiver.key().block() == block)
                .toList();
        here.forEach(receiver -> reads.add(receiver.key()));
        RunPlan plan = RunPlan.reading(reads)
                .startingAt(block)
                .editing(new EditShape.Replace(heads))
                .editing(new EditShape.Replace(sends));
        List<Run> through = new ArrayList<>();
        for (List<Run> some : Batches.of(runs, tokens)) {
            List<Unit> sending = some.stream()
                    .map(run -> run.block == block ? run.unit : Unit.NONE)
                    .toList();
            List<Unit> all = Collections.nCopies(some.size(), Unit.WHOLE);
            RunInputs inputs = RunInputs.scoring(Positions.last())
                    .startingWith(states(some))
                    .editing(List.of(
                            new Replacement(HookPoint.Z, sizes, tokens, 0)
                                    .inputs(all, base.values().get(heads)),
                            new Replacement(sender, sizes, tokens, 0)
                                    .inputs(sending, source.values().get(sends))));
            try (RunValues values = model.run(plan, batch(some.size()), inputs, cancellation)) {
                for (int text = 0; text < some.size(); text++) {
                    Run run = some.get(text);
                    for (HeadInput receiver : here) {
                        float[] rows = BaseRun.floats(values.rows(receiver.key(), text, Positions.all()));
                        run.received.put(receiver, rows);
                    }
                    through.add(run.with(BaseRun.floats(values.rows(after, text, Positions.all()))));
                }
            }
        }
        return through;
    }

    /** Puts what has reached the receivers into runs that begin where the first of them is. */
    private void receive(List<Run> runs, List<List<float[]>> logits) {
        TreeMap<HookKey, List<HeadInput>> byKey = new TreeMap<>();
        receivers.forEach(receiver ->
                byKey.computeIfAbsent(receiver.key(), made -> new ArrayList<>()).add(receiver));
        int first = receivers.stream()
                .mapToInt(receiver -> receiver.key().block())
                .min()
                .orElseThrow();
        RunPlan plan = RunPlan.reading(Set.of(BaseRun.LOGITS)).startingAt(first);
        for (HookKey key : byKey.keySet()) {
            plan = plan.editing(new EditShape.Replace(key));
        }
        float[] state = base.values().get(BaseRun.stateBefore(first));
        List<Run> reached = runs.stream()
                .map(run -> run.with(state))
                .filter(run -> receivers.stream()
                        .anyMatch(receiver -> run.block < receiver.key().block()))
                .toList();
        finish(
                plan,
                reached,
                some -> RunInputs.scoring(Positions.last())
                        .startingWith(states(some))
                        .editing(byKey.values().stream()
                                .map(heads -> received(some, heads))
                                .toList()),
                logits);
    }

    /** What has reached some heads of one block, as an edit's inputs. */
    private Map<String, FloatTensor> received(List<Run> runs, List<HeadInput> heads) {
        int count = sizes.heads().orElseThrow();
        int ofHead = sizes.width() / count;
        Set<Integer> chosen = heads.stream().map(HeadInput::head).collect(Collectors.toSet());
        float[] nothing = new float[tokens * sizes.width()];
        FloatTensor mask = FloatTensor.filled(
                all -> {
                    for (Run run : runs) {
                        boolean reached = run.received.containsKey(heads.get(0)); // else the sender comes after it
                        for (int head = 0; head < count; head++) {
                            all.put(reached && chosen.contains(head) ? 1 : 0);
                        }
                    }
                },
                runs.size(),
                1,
                count,
                1);
        FloatTensor value = FloatTensor.filled(
                all -> runs.forEach(run -> all.put(run.received.getOrDefault(heads.get(0), nothing))),
                runs.size(),
                tokens,
                count,
                ofHead);
        return Map.of("mask", mask, "value", value);
    }

    private void finish(
            RunPlan plan, List<Run> runs, Function<List<Run>, RunInputs> inputs, List<List<float[]>> logits) {
        for (List<Run> some : Batches.of(runs, tokens)) {
            try (RunValues values = model.run(plan, batch(some.size()), inputs.apply(some), cancellation)) {
                List<float[]> found = BaseRun.lastLogits(values, some.size());
                for (int text = 0; text < some.size(); text++) {
                    logits.get(some.get(text).block).set(some.get(text).place, found.get(text));
                }
            }
        }
    }

    private Batch batch(int texts) {
        return Batch.of(Collections.nCopies(texts, new long[tokens]));
    }

    private FloatTensor states(List<Run> runs) {
        return BaseRun.together(runs.stream().map(Run::states).toList(), sizes.width());
    }
}
