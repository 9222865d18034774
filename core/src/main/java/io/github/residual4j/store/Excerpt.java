package io.github.residual4j.store;

/** Text from a file, cut to what a message can show. */
final class Excerpt {
    private static final int LONGEST = 200;

    private Excerpt() {}

    /** The text itself, or its beginning and how long it is. */
    static String of(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "… (" + text.length() + " characters)";
    }
}
