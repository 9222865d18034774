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
 * Puts other values into one unit of a hook point in each run of a text, from a position on.
 *
 * @param point the hook point
 * @param tokens how many positions the text has
 * @param first the first position that is run
 */
record Replacement(HookPoint point, ModelSizes sizes, int tokens, int first) {
    /**
     * Into states that a run begins with.
     *
     * @param state those of the text from the first position on, {@code [positions × width]}
     * @param values those put in, of the whole text, or one for all
     */
    float[] into(float[] state, Unit unit, float[] values) {
        int width = sizes.width();
        int before = first * width;
        float[] changed = state.clone();
        for (int i = 0; i < state.length; i++) {
            if (unit.holds(first + i / width, -1, i % width)) {
                changed[i] = values[(before + i) % values.length];
            }
        }
        return changed;
    }

    /**
     * The inputs of an {@link EditShape.Replace}.
     *
     * @param values all values of the hook point for the whole text, or one for all
     */
    Map<String, FloatTensor> inputs(List<Unit> units, float[] values) {
        return Map.of("mask", mask(units), "value", value(values));
    }

    /** 1 where a run takes other values: {@code [runs, …]}, of length 1 along axes that no unit narrows. */
    private FloatTensor mask(List<Unit> units) {
        int positions = units.stream().anyMatch(Unit::isOfPosition) ? tokens - first : 1;
        int heads = units.stream().anyMatch(unit -> unit.head() >= 0)
                ? sizes.heads().orElse(1)
                : 1;
        boolean pattern = PointValues.isPattern(point);
        int whole = pattern ? tokens : sizes.lastAxis(point);
        int last = units.stream().allMatch(unit -> unit.last().isEmpty()) ? 1 : whole;
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
                                    boolean holds = pattern ? unit.holds(first + j, i, k) : unit.holds(first + i, j, k);
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
        boolean pattern = PointValues.isPattern(point);
        int outer = pattern ? heads : 1; // rows of positions lie together, for patterns those of each head
        int row = values.length / outer / tokens;
        int positions = tokens - first;
        int[] shape = pattern
                ? new int[] {1, heads, positions, tokens}
                : EditPlace.hasHeads(point)
                        ? new int[] {1, positions, heads, sizes.lastAxis(point)}
                        : new int[] {1, positions, row};
        return FloatTensor.filled(
                all -> {
                    for (int i = 0; i < outer; i++) {
                        all.put(values, (i * tokens + first) * row, positions * row);
                    }
                },
                shape);
    }
}
