package io.github.residual4j.render.internal.layout;

import java.util.ArrayList;
import java.util.List;

/**
 * How many values have no colour of their own.
 *
 * @param below the lower end of the colours
 * @param above the upper end of the colours
 * @param missing that are NaN
 * @param total of all values
 */
record Beyond(int below, int above, int missing, int total) {
    Beyond plus(Beyond other) {
        return new Beyond(below + other.below, above + other.above, missing + other.missing, total + other.total);
    }

    /** Such as {@code 3 of 768 above, 2 below}; empty if every value has its colour. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        add(parts, above, "above");
        add(parts, below, "below");
        add(parts, missing, "NaN");
        return String.join(", ", parts);
    }

    private void add(List<String> parts, int count, String what) {
        if (count > 0) {
            parts.add(count + (parts.isEmpty() ? " of " + total + " " : " ") + what);
        }
    }
}
