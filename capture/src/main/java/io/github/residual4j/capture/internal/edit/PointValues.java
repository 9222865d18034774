package io.github.residual4j.capture.internal.edit;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.internal.text.Counted;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Values to be put in at a hook point.
 *
 * @param tensor the values, {@code [positions, …]}, of patterns {@code [heads, positions, attended]}
 * @param positions where each of them belongs; none if the first is for every position
 */
public record PointValues(FloatTensor tensor, List<Integer> positions) {
    /** Copies what it is given. */
    public PointValues {
        positions = List.copyOf(positions);
    }

    /** The same value at every position, {@code […]}. */
    static PointValues everywhere(FloatTensor value) {
        int[] shape = value.shape();
        int[] withPosition = new int[shape.length + 1];
        withPosition[0] = 1;
        System.arraycopy(shape, 0, withPosition, 1, shape.length);
        return new PointValues(FloatTensor.of(value.asBuffer(), withPosition), List.of());
    }

    /** Whether the values of a point tell how much each position attends to each. */
    public static boolean isPattern(HookPoint point) {
        return point == HookPoint.ATTENTION_PATTERN || point == HookPoint.ATTENTION_SCORES;
    }

    /**
     * Values from an array as users have them.
     *
     * @throws BadRequestException if its shape is not one of the point's
     */
    static PointValues of(HookPoint point, FloatTensor array) {
        int axes = point.axes().size();
        int[] shape = array.shape();
        if (shape.length == axes + 1 && shape[0] == 1) {
            shape = Arrays.copyOfRange(shape, 1, shape.length);
        }
        FloatTensor values = FloatTensor.of(array.asBuffer(), shape);
        if (shape.length == axes - 1 && !isPattern(point)) {
            return everywhere(values);
        }
        if (shape.length != axes) {
            throw new BadRequestException("An array " + Arrays.toString(array.shape()) + " does not fit " + point
                    + ", whose values run over " + String.join(", ", point.axes()) + ".");
        }
        int rows = shape[isPattern(point) ? 1 : 0];
        return new PointValues(values, IntStream.range(0, rows).boxed().toList());
    }

    /** A number for each value of a run; 0 where none is known. */
    FloatTensor spread(HookKey at, Spread spread, EditPlace place, TextSpan span) {
        int[] shape = tensor.shape();
        boolean pattern = isPattern(at.point());
        check(at, shape, spread);
        Map<Integer, Integer> rows = new HashMap<>();
        for (int row = 0; row < positions.size(); row++) {
            rows.put(positions.get(row), row);
        }
        float[] values = tensor.toArray();
        int last = shape[shape.length - 1];
        int heads = !EditPlace.hasHeads(at.point()) ? 1 : pattern ? shape[0] : shape[1];
        boolean byPosition = !positions.isEmpty();
        if (byPosition) {
            requirePositions(at, place, span, rows);
        }
        return spread.spread(byPosition, heads > 1, true, (text, position, head, k) -> {
            Integer row = byPosition ? rows.get(span.before(text) + position) : Integer.valueOf(0);
            int column = pattern ? span.columns().position(text, k) : k;
            if (row == null || column < 0 || column >= last) {
                return 0;
            }
            return values[(pattern ? head * shape[1] + row : row * heads + head) * last + column];
        });
    }

    private void check(HookKey at, int[] shape, Spread spread) {
        int last = shape[shape.length - 1];
        boolean fits = isPattern(at.point()) ? last <= spread.lastAxis() : last == spread.lastAxis();
        if (!fits) {
            throw new BadRequestException("The values for " + at + " are " + last + " long on their last axis; "
                    + "the run has " + spread.lastAxis() + " there.");
        }
    }

    private static void requirePositions(HookKey at, EditPlace place, TextSpan span, Map<Integer, Integer> rows) {
        for (int text = 0; text < span.texts(); text++) {
            boolean[] chosen = span.inText(place.positions(), text);
            for (int position = span.before(text); position < chosen.length; position++) {
                if (chosen[position] && !rows.containsKey(position)) {
                    throw new BadRequestException("There is no value of " + at + " to put in at position " + position
                            + " of a text of " + Counted.of(chosen.length, "token") + "; values are given for "
                            + Counted.of(rows.size(), "position")
                            + ". Choose the positions to change, or give values of a text as long.");
                }
            }
        }
    }
}
