package io.github.residual4j.analysis;

/** Words for a place in the stream. */
final class Labels {
    private Labels() {}

    static String place(String point, int token, String tokenLabel, int dimension) {
        return point + ", token " + token + " \"" + tokenLabel + "\", dimension " + dimension;
    }
}
