package io.github.residual4j.render.panel;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.color.Colormap;

/** What a mark is drawn in. */
public sealed interface Ink {
    /** The first colour of the theme's palette. */
    Ink FIRST = new Palette(0);

    /** The second colour of the theme's palette. */
    Ink SECOND = new Palette(1);

    /** The third colour of the theme's palette. */
    Ink THIRD = new Palette(2);

    /** The fourth colour of the theme's palette. */
    Ink FOURTH = new Palette(3);

    /** The colour of the lettering. */
    Ink TEXT = new Text();

    /** A colour of the theme's palette. @param number from 0; they start over after the last */
    record Palette(int number) implements Ink {
        /**
         * Checks what it is given.
         *
         * @param number from 0; they start over after the last
         */
        public Palette {
            if (number < 0) {
                throw new BadRequestException("The colours of a palette count from 0, not " + number + ".");
            }
        }
    }

    /** The colour of the lettering. */
    record Text() implements Ink {}

    /** A colour of a colormap. @param unit its place, 0 to 1 */
    record Mapped(Colormap colormap, double unit) implements Ink {
        /**
         * Checks what it is given.
         *
         * @param colormap the colormap
         * @param unit its place, 0 to 1
         */
        public Mapped {
            colormap.rgb(unit); // refuses NaN
        }
    }

    /**
     * {@return the ink of the n-th mark, counted from 0}
     *
     * @param n counted from 0
     */
    static Ink number(int n) {
        return new Palette(n);
    }

    /**
     * {@return the ink of the n-th of some marks in an order of their own, such as positions or layers: dark to bright}
     *
     * @param colormap the colormap
     * @param n its place, counted from 0
     * @param count how many there are
     */
    static Ink along(Colormap colormap, int n, int count) {
        return new Mapped(colormap, count < 2 ? 0 : 0.92 * n / (count - 1));
    }
}
