package io.github.residual4j.capture.internal.edit;

import io.github.residual4j.hook.Positions;
import java.util.List;

/**
 * The positions that a run goes through: all of its texts', or the last of them after a cache of the ones before.
 *
 * @param lengths how many tokens each text has, those before included
 * @param before how many positions of each came before
 * @param count how many positions the run goes through, those that fill shorter texts up included
 * @param scored the positions of each text whose next token is scored
 * @param growing whether tokens are still added to the texts
 */
public record TextSpan(List<Integer> lengths, int before, int count, Positions scored, boolean growing) {
    /** Copies what it is given. */
    public TextSpan {
        lengths = List.copyOf(lengths);
    }

    int texts() {
        return lengths.size();
    }

    /** Which positions are chosen of a text. */
    boolean[] inText(PositionChoice choice, int text) {
        int length = lengths.get(text);
        return growing ? choice.soFar(length) : choice.in(length);
    }

    /** Which of the run's positions are chosen of a text. */
    boolean[] chosen(PositionChoice choice, int text) {
        boolean[] inText = inText(choice, text);
        boolean[] chosen = new boolean[count];
        for (int t = 0; t < count && before + t < inText.length; t++) {
            chosen[t] = inText[before + t];
        }
        return chosen;
    }
}
