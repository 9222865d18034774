package io.github.residual4j.capture.internal.experiment;

import io.github.residual4j.capture.internal.edit.ModelSizes;
import io.github.residual4j.capture.internal.graph.EditShape;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Runs of one text that differ in what is put in at one hook point. A run begins at the block where it differs, from the
 * base run's state there, and several go into one batch.
 */
public final class Sweep {
    private final StreamModel model;
    private final ModelSizes sizes;
    private final BaseRun base;
    private final Cancellation cancellation;

    public Sweep(StreamModel model, ModelSizes sizes, BaseRun base, Cancellation cancellation) {
        this.model = model;
        this.sizes = sizes;
        this.base = base;
        this.cancellation = cancellation;
    }

    /** What a base run must keep for sweeps over a model: every state that a block or the final norm reads, and more. */
    public static Set<HookKey> states(StreamModel model) {
        if (CarriedRuns.areFor(model)) {
            return CarriedRuns.kept(model);
        }
        Set<HookKey> states = new TreeSet<>();
        for (int block = 0; block <= model.blocks(); block++) {
            if (model.canStartAt(block)) {
                states.add(BaseRun.stateBefore(block));
            }
        }
        return states;
    }

    /**
     * The last position's logits of each run, by block and unit.
     *
     * @param point where values are put in
     * @param window in how many blocks around its own a run is changed, at most; of a state of the stream 1
     * @param units what part of it in each run
     * @param values for each block, what is put in: all values of the hook point for this text, or one for all
     */
    public List<List<float[]>> run(HookPoint point, int window, List<Unit> units, List<float[]> values) {
        List<Window> windows = IntStream.range(0, model.blocks())
                .mapToObj(block -> Window.around(block, window, model.blocks()))
                .toList();
        if (CarriedRuns.areFor(model)) {
            return new CarriedRuns(model, sizes, base, point, windows, values, cancellation).logits(units);
        }
        return windows.stream().map(blocks -> run(point, blocks, units, values)).toList();
    }

    private List<float[]> run(HookPoint point, Window window, List<Unit> units, List<float[]> values) {
        List<HookKey> keys = IntStream.range(window.first(), window.end())
                .mapToObj(block -> HookKey.of(point, block).kept())
                .toList();
        HookKey key = keys.get(0);
        boolean isState = key.point().isStream() && key.point() != HookPoint.RESID_MID;
        int block = isState ? (key.point() == HookPoint.EMBED ? 0 : key.block() + 1) : window.first();
        boolean begun = model.canStartAt(block) && base.values().containsKey(BaseRun.stateBefore(block));
        RunPlan plan = RunPlan.reading(Set.of(BaseRun.LOGITS));
        plan = begun ? plan.startingAt(block) : plan;
        boolean edited = !(begun && isState);
        for (HookKey changed : edited ? keys : List.<HookKey>of()) {
            if (!model.canEdit(changed)) {
                throw new BadRequestException(changed + " of this model cannot be changed.");
            }
            plan = plan.editing(new EditShape.Replace(changed));
        }
        Replacement replacement = new Replacement(point, sizes, base.ids().length, 0);
        List<List<Unit>> batches =
                model.runsTogether(plan) ? Batches.of(units, base.ids().length) : Batches.ofSize(units, 1);
        List<float[]> logits = new ArrayList<>();
        for (List<Unit> some : batches) {
            RunInputs inputs = RunInputs.scoring(Positions.last());
            if (begun) {
                float[] state = base.values().get(BaseRun.stateBefore(block));
                List<float[]> states = some.stream()
                        .map(unit -> edited ? state : replacement.into(state, unit, values.get(window.first())))
                        .toList();
                inputs = inputs.startingWith(BaseRun.together(states, sizes.width()));
            }
            if (edited) {
                inputs = inputs.editing(values.subList(window.first(), window.end()).stream()
                        .map(put -> replacement.inputs(some, put))
                        .toList());
            }
            logits.addAll(run(plan, inputs, some.size()));
        }
        return logits;
    }

    private List<float[]> run(RunPlan plan, RunInputs inputs, int count) {
        Batch batch = Batch.of(Collections.nCopies(count, base.ids()));
        try (RunValues run = model.run(plan, batch, inputs, cancellation)) {
            return BaseRun.lastLogits(run, count);
        }
    }
}
