package io.github.residual4j.capture.internal.edit;

import io.github.residual4j.capture.internal.run.Columns;
import io.github.residual4j.hook.Positions;
import java.util.stream.IntStream;

/**
 * The positions that a run goes through: all of its texts', or the last of them after a cache of the ones before.
 *
 * @param before what the columns of the cache hold
 * @param columns what those of the cache and of the run hold
 * @param scored the positions of each text whose next token is scored
 * @param growing whether tokens are still added to the texts
 */
record TextSpan(Columns before, Columns columns, Positions scored, boolean growing) {
    int texts() {
        return columns.texts();
    }

    /** How many tokens a text has, those before included. */
    int length(int text) {
        return columns.length(text);
    }

    /** How many positions of a text came before. */
    int before(int text) {
        return before.length(text);
    }

    /** How many of a text's tokens the run goes through. */
    int tokens(int text) {
        return length(text) - before(text);
    }

    /** How many positions the run goes through, those that fill shorter texts up included. */
    int count() {
        return columns.count() - before.count();
    }

    /** The place after the last position of any text. */
    int end() {
        return IntStream.range(0, texts()).map(this::before).max().orElse(0) + count();
    }

    /** Which positions are chosen of a text. */
    boolean[] inText(PositionChoice choice, int text) {
        return growing ? choice.soFar(length(text)) : choice.in(length(text));
    }

    /** Which of the run's positions are chosen of a text. */
    boolean[] chosen(PositionChoice choice, int text) {
        boolean[] inText = inText(choice, text);
        boolean[] chosen = new boolean[count()];
        for (int t = 0; t < tokens(text); t++) {
            chosen[t] = inText[before(text) + t];
        }
        return chosen;
    }

    /** Which of the columns hold positions that are chosen of a text. */
    boolean[] chosenColumns(PositionChoice choice, int text) {
        boolean[] inText = inText(choice, text);
        boolean[] chosen = new boolean[columns.count()];
        for (int column = 0; column < chosen.length; column++) {
            chosen[column] = columns.holds(text, column) && inText[columns.position(text, column)];
        }
        return chosen;
    }
}
