package io.github.residual4j.render;

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

    /** Copies values under a name, which the legend shows; empty to keep it out of the legend. */
    public static Series of(String name, double... values) {
        return new Series(name, values.clone());
    }

    /** 0, 1, 2, … */
    public static Series indices(int count) {
        return new Series("", IntStream.range(0, count).asDoubleStream().toArray());
    }

    /** What the legend calls it. */
    public String name() {
        return name;
    }

    /** How many values there are. */
    public int size() {
        return values.length;
    }

    /** One value. */
    public double value(int index) {
        return values[index];
    }

    /** A copy of all values. */
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
