package io.github.residual4j.render;

import io.github.residual4j.BadRequestException;
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
public record Chart(String title, Axis x, Axis y, List<Mark> marks) implements Panel {
    public Chart {
        marks = List.copyOf(marks);
    }

    /** An empty chart with one place on its horizontal axis for each name. */
    public static Chart over(List<String> categories) {
        if (categories.isEmpty()) {
            throw new BadRequestException("A chart over categories needs at least one.");
        }
        return new Chart("", Axis.of(categories), Axis.of(List.of()), List.of());
    }

    /** An empty chart with numbers on both axes. */
    public static Chart numeric() {
        return new Chart("", Axis.of(List.of()), Axis.of(List.of()), List.of());
    }

    /** The same under a title. */
    public Chart title(String newTitle) {
        return new Chart(newTitle, x, y, marks);
    }

    /** The same with names for what the axes measure. */
    public Chart axes(String xLabel, String yLabel) {
        return new Chart(title, x.label(xLabel), y.label(yLabel), marks);
    }

    /** The same with fixed ends of the horizontal axis, which must be one of numbers. */
    public Chart xRange(Norm range) {
        if (!x.categories().isEmpty()) {
            throw new BadRequestException("The horizontal axis has "
                    + x.categories().size() + " categories; only an axis of numbers has a range.");
        }
        return new Chart(title, x.range(range), y, marks);
    }

    /** The same with fixed ends of the vertical axis. */
    public Chart yRange(Norm range) {
        return new Chart(title, x, y.range(range), marks);
    }

    /** The same with heights spaced by their logarithm; what is not above zero leaves a gap. */
    public Chart yLogarithmic() {
        return new Chart(title, x, y.logarithmic(), marks);
    }

    /** Adds a line over the categories. */
    public Chart line(Series values, Ink ink, Mark.Symbol symbol) {
        requireCategories(values);
        return add(new Mark.Line(Series.indices(values.size()), values, ink, symbol));
    }

    /** Adds the area between two lines over the categories. */
    public Chart band(Series low, Series high, Ink ink) {
        requireCategories(low);
        return add(new Mark.Band(Series.indices(low.size()), low, high, ink));
    }

    /** Adds bars that stand on each other, in as many inks from the first. */
    public Chart stackedBars(Series... parts) {
        requireCategories(parts[0]);
        List<Ink> inks = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            inks.add(Ink.number(i));
        }
        return add(new Mark.StackedBars(List.of(parts), inks));
    }

    /** Adds a dashed line across the chart. */
    public Chart reference(double height) {
        return add(new Mark.Reference(height));
    }

    /** Adds any mark. */
    public Chart add(Mark mark) {
        List<Mark> more = new ArrayList<>(marks);
        more.add(mark);
        return new Chart(title, x, y, more);
    }

    private void requireCategories(Series values) {
        if (values.size() != x.categories().size()) {
            throw new BadRequestException("\"" + values.name() + "\" has " + values.size() + " values for "
                    + x.categories().size() + " categories.");
        }
    }
}
