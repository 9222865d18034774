package io.github.residual4j.testing;

import io.github.residual4j.internal.text.Counted;
import java.util.List;
import java.util.Optional;

/** Tells two lists of words apart. */
final class ListDifference {
    private static final int SHOWN_WHOLE = 30;
    private static final int BEFORE = 3;
    private static final int AFTER = 12;

    private ListDifference() {}

    /**
     * What differs between an actual list and the expected one, if anything does.
     *
     * @param noun what one element is
     */
    static Optional<String> of(String noun, List<String> actual, List<String> expected) {
        int first = 0;
        while (first < actual.size()
                && first < expected.size()
                && actual.get(first).equals(expected.get(first))) {
            first++;
        }
        if (first == actual.size() && first == expected.size()) {
            return Optional.empty();
        }
        String found = first < actual.size() ? actual.get(first) : "nothing";
        String wanted = first < expected.size() ? expected.get(first) : "nothing";
        return Optional.of("Expecting the " + Counted.of(expected.size(), noun) + "\n  "
                + shown(expected, first)
                + "\nbut there " + (actual.size() == 1 ? "is" : "are") + " " + actual.size() + "\n  "
                + shown(actual, first) + "\nThey differ from number "
                + first + " on (counted from 0): " + found + " instead of " + wanted + ".");
    }

    /** A whole list, or what stands around an index of a long one. */
    private static String shown(List<String> words, int around) {
        if (words.isEmpty()) {
            return "(none)";
        }
        if (words.size() <= SHOWN_WHOLE) {
            return String.join(", ", words);
        }
        int from = Math.max(0, around - BEFORE);
        int to = Math.min(words.size(), around + AFTER);
        return (from > 0 ? "… " : "")
                + String.join(", ", words.subList(Math.min(from, to), to))
                + (to < words.size() ? " …" : "");
    }
}
