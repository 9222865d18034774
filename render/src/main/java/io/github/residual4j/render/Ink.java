package io.github.residual4j.render;

/** Which of the theme's colours a mark is drawn in. */
public enum Ink {
    FIRST,
    SECOND,
    THIRD,
    FOURTH,
    FIFTH,
    SIXTH,
    SEVENTH,
    /** The colour of the lettering. */
    TEXT;

    /** The ink of the n-th mark, counted from 0; they start over after the seventh. */
    public static Ink number(int n) {
        return values()[n % TEXT.ordinal()];
    }
}
