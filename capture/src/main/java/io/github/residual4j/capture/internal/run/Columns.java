package io.github.residual4j.capture.internal.run;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Which position of its text each column of keys and values holds. Texts of a batch share the columns: one that was
 * shorter when a run went through it has columns that hold nothing of it, which no later position may attend to.
 * Immutable.
 */
public final class Columns {
    private static final int NOTHING = -1;

    private final int count;
    private final int[][] positions; // [texts][columns]
    private final int[] lengths;

    private Columns(int count, int[][] positions, int[] lengths) {
        this.count = count;
        this.positions = positions;
        this.lengths = lengths;
    }

    /** No columns yet, of some texts. */
    public static Columns none(int texts) {
        return new Columns(0, new int[texts][0], new int[texts]);
    }

    /** These, and after them those of a batch, a column for each of its tokens. */
    public Columns and(Batch batch) {
        int[][] more = new int[texts()][];
        int[] longer = new int[texts()];
        for (int text = 0; text < more.length; text++) {
            more[text] = Arrays.copyOf(positions[text], count + batch.length());
            for (int token = 0; token < batch.length(); token++) {
                more[text][count + token] = token < batch.length(text) ? lengths[text] + token : NOTHING;
            }
            longer[text] = lengths[text] + batch.length(text);
        }
        return new Columns(count + batch.length(), more, longer);
    }

    /** As many as the longest of some texts has positions, each text's in order from the first on. */
    static Columns inOrder(List<Integer> lengths) {
        int count = Collections.max(lengths);
        int[][] positions = new int[lengths.size()][count];
        for (int text = 0; text < positions.length; text++) {
            for (int column = 0; column < count; column++) {
                positions[text][column] = column < lengths.get(text) ? column : NOTHING;
            }
        }
        return new Columns(
                count, positions, lengths.stream().mapToInt(length -> length).toArray());
    }

    /** How many texts there are. */
    public int texts() {
        return positions.length;
    }

    /** How many columns there are. */
    public int count() {
        return count;
    }

    /** How many positions of a text they hold. */
    public int length(int text) {
        return lengths[text];
    }

    /** Whether the first columns hold a text's positions, each its own. */
    boolean areInOrder(int text) {
        int last = lengths[text] - 1;
        return positions[text][last] == last;
    }

    /** Whether a column holds a position of a text. */
    public boolean holds(int text, int column) {
        return positions[text][column] != NOTHING;
    }

    /** The position of a text that a column holds; negative if it holds none. */
    public int position(int text, int column) {
        return positions[text][column];
    }
}
