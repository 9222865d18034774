package io.github.residual4j.capture.internal.experiment;

import io.github.residual4j.capture.internal.edit.EditPlace;
import io.github.residual4j.capture.internal.edit.ModelSizes;
import io.github.residual4j.capture.internal.edit.PointValues;
import io.github.residual4j.capture.internal.graph.EditShape;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookPoint;
import java.util.List;
import java.util.Map;

/**
 * The inputs of an {@link EditShape.Replace} that puts other values into one unit of a hook point in each text of a batch.
 *
 * @param point the hook point
 * @param tokens how many positions the batch runs
 */
record Replacement(HookPoint point, ModelSizes sizes, int tokens) {
    /** @param values all values of the hook point for these positions, or one for all */
    Map<String, FloatTensor> inputs(List<Unit> units, float[] values) {
        return Map.of("mask", mask(units), "value", value(values));
    }

    /** 1 where a run takes other values: {@code [runs, …]}, of length 1 along axes that no unit narrows. */
    private FloatTensor mask(List<Unit> units) {
        int positions = units.stream().anyMatch(Unit::isOfPosition) ? tokens : 1;
        int heads = units.stream().anyMatch(unit -> unit.head() >= 0)
                ? sizes.heads().orElse(1)
                : 1;
        int last = units.stream().anyMatch(unit -> unit.dimension() >= 0) ? sizes.lastAxis(point) : 1;
        boolean pattern = PointValues.isPattern(point);
        int outer = pattern ? heads : positions;
        int inner = pattern ? positions : heads;
        int[] shape = EditPlace.hasHeads(point)
                ? new int[] {units.size(), outer, inner, last}
                : new int[] {units.size(), positions, last};
        return FloatTensor.filled(
                all -> {
                    for (Unit unit : units) {
                        for (int i = 0; i < outer; i++) {
                            for (int j = 0; j < inner; j++) {
                                for (int k = 0; k < last; k++) {
                                    boolean holds = pattern ? unit.holds(j, i, k) : unit.holds(i, j, k);
                                    all.put(holds ? 1 : 0);
                                }
                            }
                        }
                    }
                },
                shape);
    }

    private FloatTensor value(float[] values) {
        if (values.length == 1) {
            return FloatTensor.of(values, 1);
        }
        int heads = sizes.heads().orElse(1);
        if (PointValues.isPattern(point)) {
            return FloatTensor.of(values, 1, heads, tokens, tokens);
        }
        return EditPlace.hasHeads(point)
                ? FloatTensor.of(values, 1, tokens, heads, sizes.lastAxis(point))
                : FloatTensor.of(values, 1, tokens, values.length / tokens);
    }
}
