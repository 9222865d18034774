package io.github.residual4j.capture.internal.edit;

import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookPoint;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers for the values of a hook point in a run, of length 1 along the axes that make no difference: {@code [texts,
 * tokens, width]}, {@code [texts, tokens, heads, width of a head]} or {@code [texts, heads, tokens, attended]}; of logits
 * {@code [rows, vocabulary]}, a row for each scored position.
 */
final class Spread {
    private final HookPoint point;
    private final EditPlace place;
    private final TextSpan span;
    private final ModelSizes model;
    private final List<boolean[]> positions = new ArrayList<>(); // by text
    private final List<boolean[]> attended = new ArrayList<>(); // by text, of patterns; by column

    /** A number for one value. */
    @FunctionalInterface
    interface Entry {
        /**
         * @param text which text
         * @param position counted from the run's first; 0 where positions make no difference
         * @param head which head; 0 where heads make no difference
         * @param last the place along the last axis; 0 where it makes no difference
         */
        float at(int text, int position, int head, int last);
    }

    Spread(HookPoint point, EditPlace place, TextSpan span, ModelSizes model) {
        this.point = point;
        this.place = place;
        this.span = span;
        this.model = model;
        for (int text = 0; text < span.texts(); text++) {
            positions.add(span.chosen(place.positions(), text));
            attended.add(span.chosenColumns(place.attended(), text));
        }
    }

    /** How long the last axis is. */
    int lastAxis() {
        return PointValues.isPattern(point) ? span.columns().count() : model.lastAxis(point);
    }

    /** Whether a value is among those that are changed. */
    boolean isChosen(int text, int position, int head, int last) {
        return (place.positions().isAll() || positions.get(text)[position])
                && (place.heads().isEmpty() || place.heads().contains(head))
                && (place.dimensions().isEmpty() || place.dimensions().contains(last))
                && (!PointValues.isPattern(point) || place.attended().isAll() || attended.get(text)[last]);
    }

    /** One number where values are changed, another elsewhere. */
    FloatTensor mask(float chosen, float other) {
        boolean byLast = !place.dimensions().isEmpty()
                || (PointValues.isPattern(point) && !place.attended().isAll());
        return spread(
                !place.positions().isAll(),
                byLast,
                (text, position, head, last) -> isChosen(text, position, head, last) ? chosen : other);
    }

    /**
     * A number for each value.
     *
     * @param byPosition whether positions, and so texts, make a difference
     * @param byLast whether places along the last axis do
     */
    FloatTensor spread(boolean byPosition, boolean byLast, Entry entry) {
        return spread(byPosition, !place.heads().isEmpty(), byLast, entry);
    }

    /** As above, where heads make a difference too. */
    FloatTensor spread(boolean byPosition, boolean byHead, boolean byLast, Entry entry) {
        boolean perText = byPosition || (PointValues.isPattern(point) && byLast);
        int texts = perText ? span.texts() : 1;
        int tokens = byPosition ? span.count() : 1;
        int heads = byHead ? model.heads().orElse(1) : 1;
        int last = byLast ? lastAxis() : 1;
        if (point == HookPoint.LOGITS) {
            return ofLogits(byPosition, last, entry);
        }
        if (PointValues.isPattern(point)) {
            return FloatTensor.filled(
                    values -> {
                        for (int text = 0; text < texts; text++) {
                            for (int head = 0; head < heads; head++) {
                                for (int t = 0; t < tokens; t++) {
                                    put(values, text, t, head, last, entry);
                                }
                            }
                        }
                    },
                    texts,
                    heads,
                    tokens,
                    last);
        }
        int[] shape =
                EditPlace.hasHeads(point) ? new int[] {texts, tokens, heads, last} : new int[] {texts, tokens, last};
        return FloatTensor.filled(
                values -> {
                    for (int text = 0; text < texts; text++) {
                        for (int t = 0; t < tokens; t++) {
                            for (int head = 0; head < heads; head++) {
                                put(values, text, t, head, last, entry);
                            }
                        }
                    }
                },
                shape);
    }

    private FloatTensor ofLogits(boolean byPosition, int last, Entry entry) {
        int rows = 0;
        for (int text = 0; text < span.texts(); text++) {
            rows += byPosition ? span.scored().count(span.tokens(text)) : 0;
        }
        return FloatTensor.filled(
                values -> {
                    if (!byPosition) {
                        put(values, 0, 0, 0, last, entry);
                        return;
                    }
                    for (int text = 0; text < span.texts(); text++) {
                        int length = span.tokens(text);
                        for (int t = span.scored().first(length);
                                t < span.scored().end(length);
                                t++) {
                            put(values, text, t, 0, last, entry);
                        }
                    }
                },
                byPosition ? rows : 1,
                last);
    }

    private static void put(FloatBuffer values, int text, int t, int head, int last, Entry entry) {
        for (int k = 0; k < last; k++) {
            values.put(entry.at(text, t, head, k));
        }
    }
}
