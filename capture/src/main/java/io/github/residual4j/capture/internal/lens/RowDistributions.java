package io.github.residual4j.capture.internal.lens;

import io.github.residual4j.internal.kernel.Parallel;
import java.nio.FloatBuffer;

/** Reads rows of logits on several threads, and keeps what some of them say, in arrays that are used again. */
final class RowDistributions {
    /** How many rows are kept, each as three times as many floats as the vocabulary has tokens. */
    static final int MOST_KEPT = 32;

    private final Distribution[] kept = new Distribution[MOST_KEPT];
    private final Distribution[] ofThreads =
            new Distribution[Runtime.getRuntime().availableProcessors()];

    interface RowReader {
        /** Takes what a row says, which is forgotten afterwards; called by several threads at once. */
        void read(int row, Distribution distribution);
    }

    /**
     * Reads the rows from one on and forgets them.
     *
     * @param logits {@code [rows, vocabulary]}
     */
    void read(FloatBuffer logits, int rows, int from, RowReader reader) {
        int vocabulary = logits.remaining() / rows;
        int threads = Math.min(rows - from, ofThreads.length);
        Parallel.forEach(threads, (long) (rows - from) * vocabulary, thread -> {
            for (int row = from + thread; row < rows; row += threads) {
                reader.read(row, read(logits, row, vocabulary, ofThreads, thread));
            }
        });
    }

    /**
     * Reads the rows before one and keeps what they say.
     *
     * @param as the number that the first is kept as, the next being that of the next
     */
    void keep(FloatBuffer logits, int rows, int end, int as) {
        int vocabulary = logits.remaining() / rows;
        Parallel.forEach(end, (long) end * vocabulary, row -> read(logits, row, vocabulary, kept, as + row));
    }

    /** What a kept row says. */
    Distribution kept(int number) {
        return kept[number];
    }

    private static Distribution read(FloatBuffer logits, int row, int vocabulary, Distribution[] in, int place) {
        if (in[place] == null) {
            in[place] = new Distribution(vocabulary);
        }
        in[place].read(logits.slice(row * vocabulary, vocabulary));
        return in[place];
    }
}
