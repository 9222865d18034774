package io.github.residual4j.hook;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.Counted;

/** Which positions of a text to keep: {@link #all()}, {@link #last()} or a {@link #range(int, int)}. */
public final class Positions {
    private static final Positions ALL = new Positions(0, Integer.MAX_VALUE);
    private static final Positions LAST = new Positions(-1, Integer.MAX_VALUE);

    private final int from; // negative: counted from the end
    private final int to; // MAX_VALUE: the end

    private Positions(int from, int to) {
        this.from = from;
        this.to = to;
    }

    /** {@return every position} */
    public static Positions all() {
        return ALL;
    }

    /** {@return the last position only} */
    public static Positions last() {
        return LAST;
    }

    /**
     * {@return the positions from one up to, not including, another} A text that ends before is refused when it is
     * captured.
     *
     * @param from the first position, counted from 0
     * @param to the position after the last one
     * @throws BadRequestException if the range is empty or begins below 0
     */
    public static Positions range(int from, int to) {
        if (from < 0 || to <= from) {
            throw new BadRequestException("Positions from " + from + " to " + to
                    + " are no range; the first must be at least 0 and the end beyond it.");
        }
        return new Positions(from, to);
    }

    /**
     * {@return the first position kept of a text of some length}
     *
     * @param length how many tokens the text has
     */
    public int first(int length) {
        return from < 0 ? length + from : from;
    }

    /**
     * {@return the position after the last one kept of a text of some length}
     *
     * @param length how many tokens the text has
     * @throws BadRequestException if the text is shorter than the range
     */
    public int end(int length) {
        if (to == Integer.MAX_VALUE) {
            return length;
        }
        if (to > length) {
            throw new BadRequestException(
                    "Positions " + this + " were asked for but the text has " + Counted.of(length, "token") + ".");
        }
        return to;
    }

    /**
     * {@return how many positions are kept of a text of some length}
     *
     * @param length how many tokens the text has
     */
    public int count(int length) {
        return end(length) - first(length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Positions that && from == that.from && to == that.to;
    }

    @Override
    public int hashCode() {
        return 31 * from + to;
    }

    @Override
    public String toString() {
        return equals(ALL) ? "all" : equals(LAST) ? "last" : from + " to " + (to - 1);
    }
}
