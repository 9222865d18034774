package io.github.residual4j.internal.text;

/** Numbers of things in messages: one point, but two points. */
public final class Counted {
    private Counted() {}

    /**
     * {@return a number with its noun, such as {@code 1 point} or {@code 2 points}}
     *
     * @param number how many there are
     * @param noun what they are, in the singular; its plural ends in s
     */
    public static String of(long number, String noun) {
        return number + " " + (number == 1 ? noun : noun + "s");
    }
}
