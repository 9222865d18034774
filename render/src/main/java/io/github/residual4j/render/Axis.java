package io.github.residual4j.render;

import io.github.residual4j.render.color.Norm;
import java.util.List;
import java.util.Optional;

/**
 * One direction of a {@link Chart}.
 *
 * @param label what is measured, and its unit
 * @param categories names for the indices 0, 1, 2, …; none for an axis of numbers
 * @param range the ends and spacing; empty to fit the data
 */
public record Axis(String label, List<String> categories, Optional<Norm> range) {
    public Axis {
        categories = List.copyOf(categories);
    }
}
