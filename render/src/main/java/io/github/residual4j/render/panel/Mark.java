package io.github.residual4j.render.panel;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.Counted;
import java.util.List;

/** Something drawn into a {@link Chart} from numbers. What is NaN or infinite leaves a gap. */
public sealed interface Mark {
    /** The shape at a point. */
    enum Symbol {
        /** No shape: only what joins the points is drawn. */
        NONE,
        /** A disc. */
        CIRCLE,
        /** A square. */
        SQUARE,
        /** A triangle that points up. */
        UP,
        /** A triangle that points down. */
        DOWN,
        /** A square on its corner. */
        DIAMOND
    }

    /**
     * Points joined by a line.
     *
     * @param x where each point stands
     * @param y how high; its name goes to the legend
     */
    record Line(Series x, Series y, Ink ink, Symbol symbol) implements Mark {
        /**
         * Checks what it is given.
         *
         * @param x where each point stands
         * @param y how high; its name goes to the legend
         * @param ink its colour
         * @param symbol what marks each point
         */
        public Line {
            requireSameSize(x, y);
        }
    }

    /** Points on their own. @param y how high; its name goes to the legend */
    record Scatter(Series x, Series y, Ink ink, Symbol symbol) implements Mark {
        /**
         * Checks what it is given.
         *
         * @param x where each point stands
         * @param y how high; its name goes to the legend
         * @param ink its colour
         * @param symbol what marks each point
         */
        public Scatter {
            requireSameSize(x, y);
        }
    }

    /**
     * A way through points in their order: thin, with a dot at each, hollow where it begins and large where it ends.
     *
     * @param y how high; its name goes to the legend
     */
    record Trajectory(Series x, Series y, Ink ink) implements Mark {
        /**
         * Checks what it is given.
         *
         * @param x where each point stands
         * @param y how high; its name goes to the legend
         * @param ink its colour
         */
        public Trajectory {
            requireSameSize(x, y);
        }
    }

    /** The area between two lines. @param high the upper line; its name goes to the legend */
    record Band(Series x, Series low, Series high, Ink ink) implements Mark {
        /**
         * Checks what it is given.
         *
         * @param x where each point stands
         * @param low the lower line
         * @param high the upper line; its name goes to the legend
         * @param ink its colour
         */
        public Band {
            requireSameSize(x, low);
            requireSameSize(x, high);
        }
    }

    /** Bars that stand on each other, one pile at each index. */
    record StackedBars(List<Series> parts, List<Ink> inks) implements Mark {
        /**
         * Copies the lists and checks what it is given.
         *
         * @param parts the heights of each layer, from the bottom
         * @param inks a colour for each layer
         */
        public StackedBars {
            parts = List.copyOf(parts);
            inks = List.copyOf(inks);
            if (parts.isEmpty() || inks.size() != parts.size()) {
                throw new BadRequestException("Stacked bars need one ink for each part and at least one part, not "
                        + parts.size() + " parts and " + inks.size() + " inks.");
            }
            for (Series part : parts) {
                requireSameSize(parts.get(0), part);
            }
        }
    }

    /**
     * How many values lie between edges.
     *
     * @param edges rising; one more than counts
     * @param counts how many values lie in each bin; its name goes to the legend
     */
    record Histogram(Series edges, Series counts, Ink ink) implements Mark {
        /**
         * Checks what it is given.
         *
         * @param edges rising; one more than counts
         * @param counts how many values lie in each bin; its name goes to the legend
         * @param ink its colour
         */
        public Histogram {
            if (edges.size() != counts.size() + 1) {
                throw new BadRequestException("A histogram of " + Counted.of(counts.size(), "bin") + " has "
                        + (counts.size() + 1) + " edges, not " + edges.size() + ".");
            }
        }

        /**
         * Counts the finite values in bins of equal width from the smallest to the largest, the upper edge of the last
         * included, as NumPy's histogram.
         *
         * @param values what is counted
         * @param bins how many bins
         * @param ink its colour
         * @return the histogram
         */
        public static Histogram of(Series values, int bins, Ink ink) {
            return HistogramBins.count(values, bins, ink);
        }
    }

    /** A dashed line across the chart at a height. */
    record Reference(double y) implements Mark {}

    private static void requireSameSize(Series a, Series b) {
        if (a.size() != b.size()) {
            throw new BadRequestException("What is drawn together must have the same length: \"" + a.name() + "\" has "
                    + Counted.of(a.size(), "value") + ", \"" + b.name() + "\" has " + b.size() + ".");
        }
    }
}
