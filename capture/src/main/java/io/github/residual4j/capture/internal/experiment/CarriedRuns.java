package io.github.residual4j.capture.internal.experiment;

import io.github.residual4j.capture.internal.edit.ModelSizes;
import io.github.residual4j.capture.internal.edit.PointValues;
import io.github.residual4j.capture.internal.graph.EditShape;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.KeyValueCache;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Runs of one text that differ in one block each, carried together from block to block: a run joins at the block where it
 * differs, with the base run's states, and from the position on from which it differs, with the base run's keys and values
 * before it. So nothing is computed twice, and each block's graph is prepared once.
 *
 * <p>Only for models that begin at any block and take keys and values, which means that a position depends on none after it.
 */
final class CarriedRuns {
    /** Runs whose first positions differ by less go together. */
    private static final int STEP = 4;

    /** At most about so many numbers are kept of runs that wait for the next block. */
    private static final long WAITING_VALUES = 64L << 20;

    private final StreamModel model;
    private final ModelSizes sizes;
    private final BaseRun base;
    private final HookPoint point;
    private final List<Window> windows;
    private final List<float[]> values;
    private final Cancellation cancellation;
    private final int tokens;

    /**
     * @param point where values are put in
     * @param windows for each block, in which blocks its runs are changed; a state in its own alone
     * @param values for each block, what is put in: all values of the hook point for this text, or one for all
     */
    CarriedRuns(
            StreamModel model,
            ModelSizes sizes,
            BaseRun base,
            HookPoint point,
            List<Window> windows,
            List<float[]> values,
            Cancellation cancellation) {
        this.model = model;
        this.sizes = sizes;
        this.base = base;
        this.point = point;
        this.windows = List.copyOf(windows);
        this.values = List.copyOf(values);
        this.cancellation = cancellation;
        tokens = base.ids().length;
    }

    /** Whether a model can be run so. */
    static boolean areFor(StreamModel model) {
        boolean begins = true;
        for (int block = 0; block <= model.blocks(); block++) {
            begins &= model.canStartAt(block);
        }
        return begins && model.offers().containsAll(Set.of(HookPoint.K, HookPoint.V)) && model.keepsCache();
    }

    /** What a base run must keep for them. */
    static Set<HookKey> kept(StreamModel model) {
        Set<HookKey> kept = new TreeSet<>();
        for (int block = 0; block < model.blocks(); block++) {
            kept.add(BaseRun.stateBefore(block));
            kept.add(HookKey.of(HookPoint.K, block));
            kept.add(HookKey.of(HookPoint.V, block));
        }
        kept.add(BaseRun.stateBefore(model.blocks()));
        return kept;
    }

    /** A run: the block around which it differs, what of it, and its place among the runs of that block. */
    private record Run(int block, Unit unit, int place) {}

    /** A run on its way, with its states from a position on, {@code [positions × width]}. */
    private record Carried(Run run, float[] states) {}

    /** The last position's logits of each run, by block and unit. */
    List<List<float[]>> logits(List<Unit> units) {
        List<List<float[]>> logits = base.answers(model.blocks(), units.size());
        TreeMap<Integer, List<Run>> byFirst = new TreeMap<>(Comparator.reverseOrder());
        for (int block = 0; block < model.blocks(); block++) {
            boolean[] differs = differences(windows.get(block));
            int firstOfAll = first(differs);
            for (int place = 0; place < units.size(); place++) {
                Unit unit = units.get(place);
                int first = unit.position() < 0 ? firstOfAll : unit.position();
                if (first < tokens && differs[first]) { // else nothing changes
                    byFirst.computeIfAbsent(first - first % STEP, made -> new ArrayList<>())
                            .add(new Run(block, unit, place));
                }
            }
        }
        TreeMap<Integer, List<Run>> wave = new TreeMap<>();
        long waiting = 0;
        for (Map.Entry<Integer, List<Run>> runs : byFirst.entrySet()) {
            long size = (long) runs.getValue().size() * (tokens - runs.getKey()) * sizes.width();
            if (waiting > 0 && waiting + size > WAITING_VALUES) {
                carry(wave, logits);
                wave.clear();
                waiting = 0;
            }
            wave.put(runs.getKey(), runs.getValue());
            waiting += size;
        }
        carry(wave, logits);
        return logits;
    }

    /** At which positions what is put in differs from what is there, or may. */
    private boolean[] differences(Window window) {
        boolean[] differs = new boolean[tokens];
        for (int block = window.first(); block < window.end(); block++) {
            addDifferences(block, differs);
        }
        return differs;
    }

    private void addDifferences(int block, boolean[] differs) {
        float[] there = base.values().get(HookKey.of(point, block).kept());
        float[] other = values.get(block);
        if (PointValues.isPattern(point) || other.length == 1 || there == null) {
            Arrays.fill(differs, true);
            return;
        }
        int row = other.length / tokens;
        for (int i = 0; i < other.length; i++) {
            differs[i / row] |= other[i] != there[i]; // NaN differs
        }
    }

    private static int first(boolean[] differs) {
        int first = 0;
        while (first < differs.length && !differs[first]) {
            first++;
        }
        return first;
    }

    /** Carries runs through all blocks. */
    private void carry(Map<Integer, List<Run>> byFirst, List<List<float[]>> logits) {
        Map<Integer, List<Carried>> carried = new TreeMap<>();
        byFirst.keySet().forEach(first -> carried.put(first, new ArrayList<>()));
        for (int block = 0; block <= model.blocks(); block++) {
            for (Map.Entry<Integer, List<Carried>> group : carried.entrySet()) {
                int first = group.getKey();
                List<Carried> runs = group.getValue();
                for (Run run : byFirst.get(first)) {
                    if (joins(run) == block) {
                        runs.add(new Carried(run, begin(run, first)));
                    }
                }
                if (block < model.blocks() - 1) {
                    group.setValue(throughBlock(block, first, runs));
                } else {
                    finish(block, first, runs, logits);
                    group.setValue(new ArrayList<>());
                }
            }
        }
    }

    /** Before which block a run begins. */
    private int joins(Run run) {
        return point == HookPoint.RESID_POST
                ? run.block + 1
                : windows.get(run.block).first();
    }

    private boolean isState() {
        return point == HookPoint.RESID_PRE || point == HookPoint.RESID_POST;
    }

    /** The states that a run begins with, from a position on. */
    private float[] begin(Run run, int first) {
        float[] all = base.values().get(BaseRun.stateBefore(joins(run)));
        float[] states = Arrays.copyOfRange(all, first * sizes.width(), all.length);
        return isState() ? replacement(first).into(states, run.unit, values.get(run.block)) : states;
    }

    private Replacement replacement(int first) {
        return new Replacement(point, sizes, tokens, first);
    }

    private List<Carried> throughBlock(int block, int first, List<Carried> runs) {
        HookKey after = BaseRun.stateBefore(block + 1);
        List<Carried> through = new ArrayList<>();
        run(block, first, runs, after, (some, run) -> {
            for (int text = 0; text < some.size(); text++) {
                float[] states = BaseRun.floats(run.rows(after, text, Positions.all()));
                through.add(new Carried(some.get(text).run, states));
            }
        });
        return through;
    }

    /** Takes runs to their end, through the last block or, from after it, through the final norm alone. */
    private void finish(int block, int first, List<Carried> runs, List<List<float[]>> logits) {
        run(block, first, runs, BaseRun.LOGITS, (some, run) -> {
            List<float[]> found = BaseRun.lastLogits(run, some.size());
            for (int text = 0; text < some.size(); text++) {
                Run of = some.get(text).run;
                logits.get(of.block).set(of.place, found.get(text));
            }
        });
    }

    /** Runs a block from a position on, a batch at a time, and hands over what was read. */
    private void run(
            int block, int first, List<Carried> runs, HookKey read, BiConsumer<List<Carried>, RunValues> results) {
        boolean edits = block < model.blocks() && !isState();
        RunPlan plan = RunPlan.reading(Set.of(read)).startingAt(block).takingCache();
        plan = edits ? plan.editing(new EditShape.Replace(HookKey.of(point, block))) : plan;
        for (List<Carried> some : Batches.of(runs, tokens - first)) {
            RunInputs inputs = RunInputs.scoring(Positions.last()).startingWith(states(some));
            if (edits) {
                List<Unit> units = some.stream()
                        .map(carried -> windows.get(carried.run.block).holds(block) ? carried.run.unit : Unit.NONE)
                        .toList();
                inputs = inputs.editing(List.of(replacement(first).inputs(units, values.get(block))));
            }
            Batch batch = Batch.of(Collections.nCopies(some.size(), new long[tokens - first]));
            int cached = Math.min(block, model.blocks() - 1); // the final norm looks at none
            try (KeyValueCache before = KeyValueCache.ofBlock(cached, before(cached, first, some.size()));
                    RunValues run = model.run(plan, batch, inputs.after(before), cancellation)) {
                results.accept(some, run);
            }
        }
    }

    private FloatTensor states(List<Carried> runs) {
        return BaseRun.together(runs.stream().map(Carried::states).toList(), sizes.width());
    }

    /** The base run's keys and values of the positions before one, {@code [2, texts, heads, positions, width of a head]}. */
    private FloatTensor before(int block, int first, int texts) {
        int width = sizes.width();
        int heads = sizes.heads().orElse(1);
        int ofHead = width / heads;
        return FloatTensor.filled(
                all -> {
                    for (HookPoint which : List.of(HookPoint.K, HookPoint.V)) {
                        float[] held = base.values().get(HookKey.of(which, block));
                        for (int text = 0; text < texts; text++) {
                            for (int head = 0; head < heads; head++) {
                                for (int position = 0; position < first; position++) {
                                    all.put(held, position * width + head * ofHead, ofHead);
                                }
                            }
                        }
                    }
                },
                2,
                texts,
                heads,
                first,
                ofHead);
    }
}
