package io.github.residual4j.capture.internal.edit;

import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.Columns;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.capture.internal.run.StreamModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs a model with changes, each done at every hook point it names. */
public final class EditedRun {
    private final StreamModel model;
    private final ModelSizes sizes;
    private final List<Step> steps;

    /** One change at one hook point. */
    private record Step(int number, HookKey at, PlacedChange edit) {
        boolean isFunction() {
            return edit.change() instanceof Change.Function;
        }
    }

    private EditedRun(StreamModel model, ModelSizes sizes, List<Step> steps) {
        this.model = model;
        this.sizes = sizes;
        this.steps = steps;
    }

    /**
     * Prepares changes of a model.
     *
     * @throws BadRequestException if one of them cannot be done there
     */
    public static EditedRun of(StreamModel model, ModelSizes sizes, List<PlacedChange> edits) {
        List<Step> steps = new ArrayList<>();
        for (PlacedChange edit : edits) {
            for (HookKey key : edit.place().keys(sizes)) {
                steps.add(new Step(steps.size(), at(model, key, edit), edit));
            }
        }
        return new EditedRun(model, sizes, List.copyOf(steps));
    }

    private static HookKey at(StreamModel model, HookKey key, PlacedChange edit) {
        if (model.canEdit(key)) {
            return key;
        }
        HookKey sum = HookKey.of(HookPoint.EMBED); // what is added to tokens' embeddings is added to their sum as well
        if (edit.change() instanceof Change.Noise && key.point() == HookPoint.TOKEN_EMBED && model.canEdit(sum)) {
            return sum;
        }
        Set<HookPoint> possible = EnumSet.noneOf(HookPoint.class);
        for (HookPoint point : HookPoint.values()) {
            if (model.canEdit(point.isInEveryBlock() ? HookKey.of(point, key.block()) : HookKey.of(point))) {
                possible.add(point);
            }
        }
        throw new BadRequestException(key + " of this model cannot be changed; what can is " + possible + ".");
    }

    /**
     * Runs a batch with all changes. A function takes a run of its own up to its values, which end there.
     *
     * @param plan what is read
     * @param scored the positions whose next token is scored
     */
    public RunValues run(RunPlan plan, Batch batch, Positions scored, Cancellation cancellation) {
        requireEffect(plan);
        Columns none = Columns.none(batch.size());
        TextSpan span = new TextSpan(none, none.and(batch), scored, false);
        return run(plan, batch, RunInputs.scoring(scored), span, cancellation);
    }

    /**
     * Runs the next tokens of texts that grow, after the cache of those before where there is one.
     *
     * @param plan what is read, and whether a cache is taken and given
     * @param batch the next tokens
     * @param inputs the positions scored, and the cache
     */
    public RunValues runNext(RunPlan plan, Batch batch, RunInputs inputs, Cancellation cancellation) {
        Columns before = inputs.columnsBefore(batch);
        TextSpan span = new TextSpan(before, before.and(batch), inputs.logits(), true);
        return run(plan, batch, inputs, span, cancellation);
    }

    /** Refuses changes of positions that move while a text grows. */
    public void requireFixedPositions() {
        for (Step step : steps) {
            EditPlace place = step.edit().place();
            if (!place.positions().isFixed() || !place.attended().isFixed()) {
                throw new BadRequestException(
                        "To " + step.edit()
                                + " names positions from the end, which moves while text is generated; count from the beginning.");
            }
        }
    }

    private RunValues run(RunPlan plan, Batch batch, RunInputs inputs, TextSpan span, Cancellation cancellation) {
        Map<Integer, Map<String, FloatTensor>> values = new HashMap<>();
        for (Step step : steps) {
            if (!step.isFunction()) {
                values.put(
                        step.number(),
                        step.edit().change().inputs(step.at(), step.edit().place(), span, sizes));
            }
        }
        List<Step> functions = steps.stream()
                .filter(Step::isFunction)
                .sorted(Comparator.comparing(Step::at).thenComparing(Step::number))
                .toList();
        for (Step function : functions) {
            RunPlan upTo = RunPlan.reading(Set.of(function.at()));
            RunPlan after = plan.takesCache() ? upTo.takingCache() : upTo;
            values.put(function.number(), resolved(function, after, batch, inputs, span, values, cancellation));
        }
        return run(plan, steps, batch, inputs, values, cancellation);
    }

    private void requireEffect(RunPlan plan) {
        HookKey last = plan.reads().last();
        for (Step step : steps) {
            boolean read = steps.stream()
                    .filter(other -> other.edit().equals(step.edit()))
                    .anyMatch(other -> other.at().compareTo(last) <= 0);
            if (!read) {
                throw new BadRequestException(
                        "To " + step.edit() + " changes nothing that is read: the run ends with " + last + ".");
            }
        }
    }

    private RunValues run(
            RunPlan plan,
            List<Step> done,
            Batch batch,
            RunInputs inputs,
            Map<Integer, Map<String, FloatTensor>> changes,
            Cancellation cancellation) {
        RunPlan edited = plan;
        List<Map<String, FloatTensor>> values = new ArrayList<>();
        for (Step step : done) {
            edited = edited.editing(step.edit().change().shape(step.at()));
            values.add(changes.get(step.number()));
        }
        return model.run(edited, batch, inputs.editing(values), cancellation);
    }

    /** Runs up to a function's values, with all that is changed before, and puts in what it makes of them. */
    private Map<String, FloatTensor> resolved(
            Step function,
            RunPlan upTo,
            Batch batch,
            RunInputs inputs,
            TextSpan span,
            Map<Integer, Map<String, FloatTensor>> changes,
            Cancellation cancellation) {
        HookKey at = function.at();
        List<Step> before = steps.stream()
                .filter(step ->
                        step.at().compareTo(at) < 0 || (step.at().equals(at) && step.number() < function.number()))
                .toList();
        UnaryFunction apply =
                new UnaryFunction(at, sizes, ((Change.Function) function.edit().change()).function());
        Spread spread = new Spread(at.point(), function.edit().place(), span, sizes);
        try (RunValues values = run(upTo, before, batch, inputs, changes, cancellation)) {
            List<float[]> made = new ArrayList<>();
            for (int text = 0; text < batch.size(); text++) {
                made.add(apply.to(values, text, span));
            }
            return Map.of("mask", spread.mask(1, 0), "value", apply.spread(made, spread, span));
        }
    }
}
