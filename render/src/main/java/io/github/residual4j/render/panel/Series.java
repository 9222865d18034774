package io.github.residual4j.render.panel;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A named row of numbers. Immutable, equal by content. */
public final class Series {
    private final String name;
    private final double[] values;

    private Series(String name, double[] values) {
        this.name = name;
        this.values = values;
    }

    /**
     * Copies values under a name, which the legend shows; empty to keep it out of the legend.
     *
     * @param name what the legend calls it
     * @param values the values
     * @return the series
     */
    public static Series of(String name, double... values) {
        return new Series(name, values.clone());
    }

    /**
     * {@return the series 0, 1, 2, …}
     *
     * @param count how many
     */
    public static Series indices(int count) {
        return new Series("", IntStream.range(0, count).asDoubleStream().toArray());
    }

    /** {@return what the legend calls it} */
    public String name() {
        return name;
    }

    /** {@return how many values there are} */
    public int size() {
        return values.length;
    }

    /**
     * {@return one value}
     *
     * @param index counted from 0
     */
    public double value(int index) {
        return values[index];
    }

    /** {@return a copy of all values} */
    public double[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Series that && name.equals(that.name) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return name + " " + Arrays.toString(values);
    }
}
