package io.github.residual4j.render.internal.export;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import java.util.ArrayList;
import java.util.List;

/**
 * A measure, or a part of one, on its way to a page.
 *
 * @param name the measure's
 * @param unit the measure's
 * @param axes what its numbers run over, the slowest first
 * @param values row by row
 */
record PageNumbers(String name, String unit, List<Axis> axes, double[] values) {
    static PageNumbers of(Measure measure) {
        return new PageNumbers(measure.name(), measure.unit(), measure.axes(), measure.toArray());
    }

    /** The part between two places of one axis. */
    PageNumbers cut(int axis, int from, int to) {
        Axis old = axes.get(axis);
        int outer = size(axes.subList(0, axis));
        int inner = size(axes.subList(axis + 1, axes.size()));
        double[] part = new double[outer * (to - from) * inner];
        for (int i = 0; i < outer; i++) {
            int row = (i * old.length() + from) * inner;
            System.arraycopy(values, row, part, i * (to - from) * inner, (to - from) * inner);
        }
        List<Axis> newAxes = new ArrayList<>(axes);
        newAxes.set(axis, new Axis(old.name(), old.labels().subList(from, to)));
        return new PageNumbers(name, unit, newAxes, part);
    }

    private static int size(List<Axis> axes) {
        return axes.stream().mapToInt(Axis::length).reduce(1, Math::multiplyExact);
    }
}
