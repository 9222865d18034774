package io.github.residual4j.capture.internal.edit;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.internal.text.Counted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Some positions of a text: single ones, counted from 0 or, below 0, from the end, or a range. */
public sealed interface PositionChoice {
    /** Every position. */
    PositionChoice ALL = new Range(Positions.all());

    /**
     * Which positions of a text are meant.
     *
     * @param length how many tokens the text has
     * @throws BadRequestException if the text lacks one
     */
    boolean[] in(int length);

    /**
     * Which positions of a text that still grows are meant; those it has not yet are left out.
     *
     * @param length how many tokens the text has so far
     */
    boolean[] soFar(int length);

    /** Whether the same positions are meant however long a text becomes. */
    boolean isFixed();

    /** Whether every position of any text is meant. */
    default boolean isAll() {
        return equals(ALL);
    }

    /** Consecutive positions. */
    record Range(Positions positions) implements PositionChoice {
        @Override
        public boolean[] in(int length) {
            boolean[] chosen = new boolean[length];
            Arrays.fill(chosen, positions.first(length), positions.end(length), true);
            return chosen;
        }

        @Override
        public boolean[] soFar(int length) {
            boolean[] chosen = new boolean[length];
            int first = positions.first(Integer.MAX_VALUE);
            int end = Math.min(length, positions.end(Integer.MAX_VALUE));
            if (first < end) {
                Arrays.fill(chosen, first, end, true);
            }
            return chosen;
        }

        @Override
        public boolean isFixed() {
            return !positions.equals(Positions.last());
        }

        @Override
        public String toString() {
            return positions.toString();
        }
    }

    /** Single positions. */
    record Single(List<Integer> positions) implements PositionChoice {
        /** Copies what it is given. */
        public Single {
            positions = List.copyOf(positions);
        }

        @Override
        public boolean[] in(int length) {
            boolean[] chosen = new boolean[length];
            for (int position : positions) {
                int index = position < 0 ? length + position : position;
                if (index < 0 || index >= length) {
                    throw new BadRequestException("There is no position " + position + " in a text of "
                            + Counted.of(length, "token") + "; positions are counted from 0, or from -1 at the end.");
                }
                chosen[index] = true;
            }
            return chosen;
        }

        @Override
        public boolean[] soFar(int length) {
            boolean[] chosen = new boolean[length];
            positions.stream().filter(position -> position < length).forEach(position -> chosen[position] = true);
            return chosen;
        }

        @Override
        public boolean isFixed() {
            return positions.stream().allMatch(position -> position >= 0);
        }

        @Override
        public String toString() {
            return positions.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
    }

    /** Single positions. */
    static PositionChoice of(int... positions) {
        List<Integer> all = new ArrayList<>();
        Arrays.stream(positions).forEach(all::add);
        return new Single(all);
    }
}
