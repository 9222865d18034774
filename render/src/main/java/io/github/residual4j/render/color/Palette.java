package io.github.residual4j.render.color;

import io.github.residual4j.error.BadRequestException;

/**
 * The colours of ready figures: a map for each kind of value, and which values the ends of the maps stand for.
 *
 * @param shares of what has a floor at zero: shares of attention, probabilities, norms, angles, entropies
 * @param cosines of cosines that are not below zero
 * @param signed of values whose sign matters, with zero in the middle of the map
 * @param states of the values of a state
 * @param ranges which values the ends stand for
 */
public record Palette(Colormap shares, Colormap cosines, Colormap signed, Colormap states, Ranges ranges) {
    /** Which values the ends of a map stand for. */
    public enum Ranges {
        /**
         * Those that 98 % of the values reach, or all where none lies far out; ratios that are far apart are spaced by
         * their logarithm. The colour bar tells how many values lie beyond.
         */
        FROM_DATA,
        /** Those of the notebook, whatever the data: 0 to 1 for shares, −1 to 1 for cosines, −3 to 3 for states. */
        FIXED
    }

    /**
     * Maps that read well with colour blindness, over the range that the data has: viridis, and from blue over white at
     * zero to red for what has a sign, or in dark themes from blue over black to orange.
     */
    public static final Palette STANDARD = of(Colormap.VIRIDIS, Colormap.SIGNED);

    /** The notebook's look: cosines from red over yellow to green, states in viridis, and its fixed ranges. */
    public static final Palette NOTEBOOK =
            new Palette(Colormap.MAGMA, Colormap.RD_YL_GN, Colormap.RD_BU_R, Colormap.VIRIDIS, Ranges.FIXED);

    /**
     * Checks what it is given.
     *
     * @param shares of what has a floor at zero: shares of attention, probabilities, norms, angles, entropies
     * @param cosines of cosines that are not below zero
     * @param signed of values whose sign matters, with zero in the middle of the map
     * @param states of the values of a state
     * @param ranges which values the ends stand for
     */
    public Palette {
        BadRequestException.requireGiven(shares, "colormap of shares");
        BadRequestException.requireGiven(cosines, "colormap of cosines");
        BadRequestException.requireGiven(signed, "colormap of signed values");
        BadRequestException.requireGiven(states, "colormap of states");
        BadRequestException.requireGiven(ranges, "ranges");
    }

    /**
     * {@return a palette of two maps over the range that the data has}
     *
     * @param sequential for shares and cosines, from low to high
     * @param diverging for what has a sign, states included: its middle stands for zero
     */
    public static Palette of(Colormap sequential, Colormap diverging) {
        return new Palette(sequential, sequential, diverging, diverging, Ranges.FROM_DATA);
    }

    /**
     * {@return the same maps over other ranges}
     *
     * @param newRanges which values the ends stand for
     */
    public Palette ranges(Ranges newRanges) {
        return new Palette(shares, cosines, signed, states, newRanges);
    }
}
