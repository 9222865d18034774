package io.github.residual4j.capture.internal.edit;

import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** A user's function of one text's values at a hook point. */
record UnaryFunction(HookKey at, ModelSizes sizes, UnaryOperator<FloatTensor> function) {
    private int heads() {
        return EditPlace.hasHeads(at.point()) ? sizes.heads().orElse(1) : 1;
    }

    /** What it makes of the values of one text. */
    float[] to(RunValues values, int text, TextSpan span) {
        FloatTensor flowing = PointValues.isPattern(at.point())
                ? pattern(values, text, span.tokens(text), span.length(text))
                : rows(values.rows(at, text, Positions.all()));
        FloatTensor after = function.apply(flowing);
        if (after == null || !Arrays.equals(after.shape(), flowing.shape())) {
            throw new BadRequestException("The function for " + at + " gave "
                    + (after == null ? "null" : Arrays.toString(after.shape())) + " for values of "
                    + Arrays.toString(flowing.shape()) + "; it must give the same shape.");
        }
        return after.toArray();
    }

    private FloatTensor rows(FloatBuffer rows) {
        int last = sizes.lastAxis(at.point());
        int tokens = rows.remaining() / (heads() * last);
        return EditPlace.hasHeads(at.point())
                ? FloatTensor.of(rows, tokens, heads(), last)
                : FloatTensor.of(rows, tokens, last);
    }

    private FloatTensor pattern(RunValues values, int text, int length, int attended) {
        return FloatTensor.filled(
                all -> {
                    for (int head = 0; head < heads(); head++) {
                        for (int position = 0; position < length; position++) {
                            all.put(values.patternRow(at, text, heads(), head, position));
                        }
                    }
                },
                heads(),
                length,
                attended);
    }

    /** The values of all texts, as the graph takes them. */
    FloatTensor spread(List<float[]> made, Spread spread, TextSpan span) {
        int heads = heads();
        int last = spread.lastAxis();
        boolean logits = at.point() == HookPoint.LOGITS;
        return spread.spread(true, heads > 1, true, (text, position, head, k) -> {
            float[] values = made.get(text);
            int length = span.tokens(text);
            if (PointValues.isPattern(at.point())) {
                int attended = span.columns().position(text, k);
                return position < length && attended >= 0
                        ? values[(head * length + position) * span.length(text) + attended]
                        : 0;
            }
            int row = logits ? position - span.scored().first(length) : position;
            int index = (row * heads + head) * last + k;
            return index < values.length ? values[index] : 0;
        });
    }
}
