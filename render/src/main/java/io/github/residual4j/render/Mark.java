package io.github.residual4j.render;

import io.github.residual4j.BadRequestException;
import java.util.List;

/** Something drawn into a {@link Chart} from numbers. What is NaN or infinite leaves a gap. */
public sealed interface Mark {
    /** The shape at each point of a line. */
    enum Symbol {
        NONE,
        CIRCLE,
        SQUARE,
        UP,
        DOWN,
        DIAMOND
    }

    /**
     * Points joined by a line.
     *
     * @param x where each point stands
     * @param y how high; its name goes to the legend
     */
    record Line(Series x, Series y, Ink ink, Symbol symbol) implements Mark {
        public Line {
            requireSameSize(x, y);
        }
    }

    /** The area between two lines. */
    record Band(Series x, Series low, Series high, Ink ink) implements Mark {
        public Band {
            requireSameSize(x, low);
            requireSameSize(x, high);
        }
    }

    /** Bars that stand on each other, one pile at each index. */
    record StackedBars(List<Series> parts, List<Ink> inks) implements Mark {
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

    /** A dashed line across the chart at a height. */
    record Reference(double y) implements Mark {}

    private static void requireSameSize(Series a, Series b) {
        if (a.size() != b.size()) {
            throw new BadRequestException("What is drawn together must have the same length: \"" + a.name() + "\" has "
                    + a.size() + " values, \"" + b.name() + "\" has " + b.size() + ".");
        }
    }
}
