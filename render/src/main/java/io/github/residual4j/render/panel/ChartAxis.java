package io.github.residual4j.render.panel;

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
public record ChartAxis(String label, List<String> categories, Norm.Scale scale, Optional<Norm> range) {
    /**
     * Copies the categories.
     *
     * @param label what is measured, and its unit
     * @param categories names for the indices 0, 1, 2, …; none for an axis of numbers
     * @param scale how numbers are spaced when the range fits the data
     * @param range the ends and spacing; empty to fit the data
     */
    public ChartAxis {
        categories = List.copyOf(categories);
    }

    static ChartAxis of(List<String> categories) {
        return new ChartAxis("", categories, Norm.Scale.LINEAR, Optional.empty());
    }

    ChartAxis label(String newLabel) {
        return new ChartAxis(newLabel, categories, scale, range);
    }

    ChartAxis range(Norm newRange) {
        return new ChartAxis(label, categories, newRange.scale(), Optional.of(newRange));
    }

    ChartAxis logarithmic() {
        return new ChartAxis(label, categories, Norm.Scale.LOG, Optional.empty());
    }
}
