package io.github.residual4j.analysis;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.Counted;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Numbers with a name, a unit and labelled axes: what one question gives for each point, token, block or whatever its
 * axes run over. Immutable.
 */
public final class Measure {
    private final String name;
    private final String unit;
    private final List<Axis> axes;
    private final double[] values;
    private final boolean whole;

    private Measure(String name, String unit, List<Axis> axes, double[] values, boolean whole) {
        this.name = name;
        this.unit = unit;
        this.axes = List.copyOf(axes);
        this.values = values;
        this.whole = whole;
        long size = 1;
        for (Axis axis : axes) {
            size = Math.multiplyExact(size, axis.length());
        }
        if (size != values.length) {
            throw new BadRequestException("Measure \"" + name + "\" has " + Counted.of(values.length, "value")
                    + "; its axes take " + size + ".");
        }
    }

    /**
     * {@return a measure along one axis}
     *
     * @param name its name in JSON and CSV
     * @param unit its unit, empty in the units of the stream and for pure numbers
     * @param axis what its numbers run over
     * @param values a number for each place
     */
    public static Measure of(String name, String unit, Axis axis, double[] values) {
        return new Measure(name, unit, List.of(axis), values.clone(), false);
    }

    /**
     * {@return a measure along two axes; {@code values} is {@code [rows][columns]}}
     *
     * @param name its name in JSON and CSV
     * @param unit its unit, empty in the units of the stream and for pure numbers
     * @param rows the slower axis of the last two
     * @param columns the axis that runs fastest
     * @param values a number for each place
     */
    public static Measure of(String name, String unit, Axis rows, Axis columns, double[][] values) {
        return new Measure(name, unit, List.of(rows, columns), concat(values), false);
    }

    /**
     * {@return a measure along three axes; {@code values} is {@code [pages][rows][columns]}}
     *
     * @param name its name in JSON and CSV
     * @param unit its unit, empty in the units of the stream and for pure numbers
     * @param pages the slowest axis
     * @param rows the slower axis of the last two
     * @param columns the axis that runs fastest
     * @param values a number for each place
     */
    public static Measure of(String name, String unit, Axis pages, Axis rows, Axis columns, double[][][] values) {
        double[][] flat = new double[values.length][];
        for (int page = 0; page < values.length; page++) {
            flat[page] = concat(values[page]);
        }
        return new Measure(name, unit, List.of(pages, rows, columns), concat(flat), false);
    }

    /**
     * {@return the same measure as one of whole numbers: counts, indices, ranks or ids, which tables, JSON and CSV show
     * without decimals}
     *
     * @throws BadRequestException if one of them is not whole
     */
    public Measure ofWholeNumbers() {
        for (double value : values) {
            if (value != Math.rint(value) || Double.isInfinite(value)) {
                throw new BadRequestException("\"" + name + "\" holds " + value + ", which is no whole number.");
            }
        }
        return new Measure(name, unit, axes, values, true);
    }

    private static double[] concat(double[][] rows) {
        int size = 0;
        for (double[] row : rows) {
            size += row.length;
        }
        double[] flat = new double[size];
        int at = 0;
        for (double[] row : rows) {
            System.arraycopy(row, 0, flat, at, row.length);
            at += row.length;
        }
        return flat;
    }

    /** {@return its name, the key under which it stands in JSON and CSV} */
    public String name() {
        return name;
    }

    /**
     * {@return its unit where it has one of its own: %, nats, degrees; empty in the units of the stream and for pure
     * numbers}
     */
    public String unit() {
        return unit;
    }

    /** {@return what its numbers run over, the slowest first} */
    public List<Axis> axes() {
        return axes;
    }

    /**
     * {@return one number}
     *
     * @param index a place on each axis
     * @throws BadRequestException if an index is missing or outside its axis
     */
    public double value(int... index) {
        int at = 0;
        for (int axis = 0; axis < axes.size(); axis++) {
            if (index.length != axes.size()
                    || index[axis] < 0
                    || index[axis] >= axes.get(axis).length()) {
                throw new BadRequestException(
                        "Index " + Arrays.toString(index) + " is outside \"" + name + "\", which is " + shape() + ".");
            }
            at = at * axes.get(axis).length() + index[axis];
        }
        return values[at];
    }

    /** The numbers themselves, for readers inside this package that do not change them. */
    double[] values() {
        return values;
    }

    /** Whether its numbers are whole and shown so. */
    boolean isWhole() {
        return whole;
    }

    /** {@return a copy of all numbers, the last axis running fastest} */
    public double[] toArray() {
        return values.clone();
    }

    /**
     * {@return a copy of all numbers of a measure with two axes, {@code [rows][columns]}}
     *
     * @throws BadRequestException if it has not two axes
     */
    public double[][] toMatrix() {
        if (axes.size() != 2) {
            throw new BadRequestException("\"" + name + "\" is no matrix; it is " + shape() + ".");
        }
        int columns = axes.get(1).length();
        double[][] rows = new double[axes.get(0).length()][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
        }
        return rows;
    }

    /** The part at one place along the first axis. */
    Measure page(int index) {
        int size = values.length / axes.get(0).length();
        double[] part = Arrays.copyOfRange(values, index * size, (index + 1) * size);
        return new Measure(name, unit, axes.subList(1, axes.size()), part, whole);
    }

    /** The axes' names and lengths, such as {@code [16 transitions × 6 tokens]}. */
    String shape() {
        return "["
                + String.join(
                        " × ",
                        axes.stream().map(a -> Counted.of(a.length(), a.name())).toList()) + "]";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Measure that
                && name.equals(that.name)
                && unit.equals(that.unit)
                && axes.equals(that.axes)
                && whole == that.whole
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, unit, axes, Arrays.hashCode(values));
    }

    @Override
    public String toString() {
        return TableText.of(List.of(this));
    }
}
