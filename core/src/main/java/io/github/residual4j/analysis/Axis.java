package io.github.residual4j.analysis;

import java.util.List;

/**
 * One axis of a {@link Measure}.
 *
 * @param name what runs along it: {@code point}, {@code token}, {@code block}, …
 * @param labels a label for each place
 */
public record Axis(String name, List<String> labels) {
    /**
     * Copies the labels.
     *
     * @param name what runs along it: {@code point}, {@code token}, {@code block}, …
     * @param labels a label for each place
     */
    public Axis {
        labels = List.copyOf(labels);
    }

    /** {@return how many places it has} */
    public int length() {
        return labels.size();
    }
}
