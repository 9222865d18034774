package io.github.residual4j.render;

import io.github.residual4j.BadRequestException;
import io.github.residual4j.render.color.Colormap;

/** What a mark is drawn in. */
public sealed interface Ink {
    Ink FIRST = new Palette(0);
    Ink SECOND = new Palette(1);
    Ink THIRD = new Palette(2);
    Ink FOURTH = new Palette(3);

    /** The colour of the lettering. */
    Ink TEXT = new Text();

    /** A colour of the theme's palette. @param number from 0; they start over after the last */
    record Palette(int number) implements Ink {
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
        public Mapped {
            colormap.rgb(unit); // refuses NaN
        }
    }

    /** The ink of the n-th mark, counted from 0. */
    static Ink number(int n) {
        return new Palette(n);
    }

    /** The ink of the n-th of some marks in an order of their own, such as positions or layers: dark to bright. */
    static Ink along(Colormap colormap, int n, int count) {
        return new Mapped(colormap, count < 2 ? 0 : 0.92 * n / (count - 1));
    }
}
