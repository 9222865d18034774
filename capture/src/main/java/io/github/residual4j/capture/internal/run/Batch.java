package io.github.residual4j.capture.internal.run;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Texts to run at once, as token ids. Shorter ones are filled up at their end; since no position of a GPT-2 attends to
 * a later one and positions count from each text's beginning, the filling changes nothing before it.
 */
public final class Batch {
    private static final long FILLER = 0;

    private final List<long[]> texts;
    private final int length;
    private final int hidden; // -1 for none

    private Batch(List<long[]> texts, int hidden) {
        this.texts = texts;
        this.hidden = hidden;
        length = texts.stream().mapToInt(text -> text.length).max().orElseThrow();
    }

    /** A batch of at least one text, none of them empty. */
    public static Batch of(List<long[]> texts) {
        return new Batch(texts.stream().map(long[]::clone).toList(), -1);
    }

    /** The same with a position that attention is not to look at, for models that take a mask. */
    public Batch hiding(int position) {
        return new Batch(texts, position);
    }

    /** Whether attention is not to look at a position. */
    public boolean hides(int position) {
        return position == hidden;
    }

    /** How many texts there are. */
    public int size() {
        return texts.size();
    }

    /** The length of the longest text, to which the others are filled up. */
    public int length() {
        return length;
    }

    /** The length of one text without filling. */
    public int length(int text) {
        return texts.get(text).length;
    }

    /** All ids, {@code [texts, length]}, in a direct buffer. */
    public LongBuffer ids() {
        LongBuffer ids = ByteBuffer.allocateDirect(Math.multiplyExact(texts.size() * length, Long.BYTES))
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
        for (long[] text : texts) {
            long[] filled = Arrays.copyOf(text, length);
            Arrays.fill(filled, text.length, length, FILLER);
            ids.put(filled);
        }
        return ids.flip();
    }
}
