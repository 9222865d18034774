package io.github.residual4j.capture.internal.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Turns tokens into pieces of text that consist of whole characters. */
public final class TextPieces {
    private static final char INCOMPLETE = '\uFFFD';
    private static final int LONGEST_CHARACTER = 4; // bytes, so tokens at most

    private final Function<long[], String> decoder;
    private final List<Long> pending = new ArrayList<>();

    /** @param decoder what ids decode to */
    public TextPieces(Function<long[], String> decoder) {
        this.decoder = decoder;
    }

    /** The text that a token completes; empty while a character lacks its end. */
    public String add(long id) {
        pending.add(id);
        String text = decoder.apply(ids());
        boolean incomplete = !text.isEmpty() && text.charAt(text.length() - 1) == INCOMPLETE;
        if (incomplete && pending.size() < LONGEST_CHARACTER) {
            return "";
        }
        pending.clear();
        return text;
    }

    /** What is left of a character that was never completed. */
    public String rest() {
        String text = pending.isEmpty() ? "" : decoder.apply(ids());
        pending.clear();
        return text;
    }

    private long[] ids() {
        return pending.stream().mapToLong(Long::longValue).toArray();
    }
}
