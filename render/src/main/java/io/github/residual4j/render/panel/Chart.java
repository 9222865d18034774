package io.github.residual4j.render.panel;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.Counted;
import io.github.residual4j.render.color.Norm;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines, bands, bars, points and paths over named categories or over numbers; later marks lie on earlier ones. Immutable.
 *
 * @param title above the chart
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param marks what is drawn, the lowest first
 */
public record Chart(String title, ChartAxis x, ChartAxis y, List<Mark> marks) implements Panel {
    /**
     * Copies the marks.
     *
     * @param title above the chart
     * @param x the horizontal axis
     * @param y the vertical axis
     * @param marks what is drawn, the lowest first
     */
    public Chart {
        marks = List.copyOf(marks);
    }

    /**
     * {@return an empty chart with one place on its horizontal axis for each name}
     *
     * @param categories a name for each place
     */
    public static Chart over(List<String> categories) {
        if (categories.isEmpty()) {
            throw new BadRequestException("A chart over categories needs at least one.");
        }
        return new Chart("", ChartAxis.of(categories), ChartAxis.of(List.of()), List.of());
    }

    /** {@return an empty chart with numbers on both axes} */
    public static Chart numeric() {
        return new Chart("", ChartAxis.of(List.of()), ChartAxis.of(List.of()), List.of());
    }

    /**
     * {@return the same under a title}
     *
     * @param newTitle what stands above it; empty for nothing
     */
    public Chart title(String newTitle) {
        return new Chart(newTitle, x, y, marks);
    }

    /**
     * {@return the same with names for what the axes measure}
     *
     * @param xLabel what runs across; empty for nothing
     * @param yLabel what runs upwards; empty for nothing
     */
    public Chart axes(String xLabel, String yLabel) {
        return new Chart(title, x.label(xLabel), y.label(yLabel), marks);
    }

    /**
     * {@return the same with fixed ends of the horizontal axis, which must be one of numbers}
     *
     * @param range where the axis begins and ends, and how it is spaced
     */
    public Chart xRange(Norm range) {
        if (!x.categories().isEmpty()) {
            throw new BadRequestException("The horizontal axis has "
                    + x.categories().size() + " categories; only an axis of numbers has a range.");
        }
        return new Chart(title, x.range(range), y, marks);
    }

    /**
     * {@return the same with fixed ends of the vertical axis}
     *
     * @param range where the axis begins and ends, and how it is spaced
     */
    public Chart yRange(Norm range) {
        return new Chart(title, x, y.range(range), marks);
    }

    /** {@return the same with heights spaced by their logarithm; what is not above zero leaves a gap} */
    public Chart yLogarithmic() {
        return new Chart(title, x, y.logarithmic(), marks);
    }

    /**
     * Adds a line over the categories.
     *
     * @param values a height for each category
     * @param ink its colour
     * @param symbol what marks each value
     * @return a chart with that as well
     */
    public Chart line(Series values, Ink ink, Mark.Symbol symbol) {
        requireCategories(values);
        return add(new Mark.Line(Series.indices(values.size()), values, ink, symbol));
    }

    /**
     * Adds the area between two lines over the categories.
     *
     * @param low its lower edge
     * @param high its upper edge
     * @param ink its colour
     * @return a chart with that as well
     */
    public Chart band(Series low, Series high, Ink ink) {
        requireCategories(low);
        return add(new Mark.Band(Series.indices(low.size()), low, high, ink));
    }

    /**
     * Adds bars that stand on each other, in as many inks from the first.
     *
     * @param parts the heights of each layer of bars, from the bottom
     * @return a chart with that as well
     */
    public Chart stackedBars(Series... parts) {
        requireCategories(parts[0]);
        List<Ink> inks = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            inks.add(Ink.number(i));
        }
        return add(new Mark.StackedBars(List.of(parts), inks));
    }

    /**
     * Adds a dashed line across the chart.
     *
     * @param height where it runs, in the units of the vertical axis
     * @return a chart with that as well
     */
    public Chart reference(double height) {
        return add(new Mark.Reference(height));
    }

    /**
     * Adds any mark.
     *
     * @param mark what to draw
     * @return a chart with that as well
     */
    public Chart add(Mark mark) {
        List<Mark> more = new ArrayList<>(marks);
        more.add(mark);
        return new Chart(title, x, y, more);
    }

    private void requireCategories(Series values) {
        if (values.size() != x.categories().size()) {
            throw new BadRequestException("\"" + values.name() + "\" has " + Counted.of(values.size(), "value")
                    + "; the axis has places for " + x.categories().size() + ".");
        }
    }
}
