package io.github.residual4j.analysis;

import java.util.List;
import java.util.Objects;

/**
 * The answer to one question asked of a stream: its title, the view it was taken from, and its numbers. Immutable, equal
 * by content, and prints itself as a table.
 */
public abstract class AnalysisResult {
    private final String title;
    private final View view;
    private final List<Measure> measures;

    /**
     * @param title what was asked, in words
     * @param view what it was asked of
     * @param measures the numbers
     */
    AnalysisResult(String title, View view, List<Measure> measures) {
        this.title = title;
        this.view = view;
        this.measures = List.copyOf(measures);
    }

    /** What was asked, in words. */
    public final String title() {
        return title;
    }

    /** What it was asked of. */
    public final View view() {
        return view;
    }

    /** All its numbers, each with name, unit and labelled axes. */
    public final List<Measure> measures() {
        return measures;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof AnalysisResult that
                && getClass() == that.getClass()
                && title.equals(that.title)
                && view.equals(that.view)
                && measures.equals(that.measures);
    }

    @Override
    public final int hashCode() {
        return Objects.hash(title, view, measures);
    }

    @Override
    public final String toString() {
        return title + " (" + view + ")\n" + TableText.of(measures);
    }
}
