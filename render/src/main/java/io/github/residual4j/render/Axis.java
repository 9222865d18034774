package io.github.residual4j.render;

import io.github.residual4j.render.color.Norm;
import java.util.List;
import java.util.Optional;

/**
 * One direction of a {@link Chart}.
 *
 * @param label what is measured, and its unit
 * @param categories names for the indices 0, 1, 2, …; none for an axis of numbers
 * @param scale how numbers are spaced when the range fits the data
 * @param range the ends and spacing; empty to fit the data
 */
public record Axis(String label, List<String> categories, Norm.Scale scale, Optional<Norm> range) {
    /**
     * Copies the categories.
     *
     * @param label what is measured, and its unit
     * @param categories names for the indices 0, 1, 2, …; none for an axis of numbers
     * @param scale how numbers are spaced when the range fits the data
     * @param range the ends and spacing; empty to fit the data
     */
    public Axis {
        categories = List.copyOf(categories);
    }

    static Axis of(List<String> categories) {
        return new Axis("", categories, Norm.Scale.LINEAR, Optional.empty());
    }

    Axis label(String newLabel) {
        return new Axis(newLabel, categories, scale, range);
    }

    Axis range(Norm newRange) {
        return new Axis(label, categories, newRange.scale(), Optional.of(newRange));
    }

    Axis logarithmic() {
        return new Axis(label, categories, Norm.Scale.LOG, Optional.empty());
    }
}
