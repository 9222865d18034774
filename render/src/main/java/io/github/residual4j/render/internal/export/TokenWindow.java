package io.github.residual4j.render.internal.export;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Token;
import java.util.List;

/**
 * The tokens of a session that a page holds.
 *
 * @param first the first of them, an index in the session
 * @param count how many there are
 * @param all how many the session has
 */
record TokenWindow(int first, int count, int all) {
    /** The tokens nearest to one whose states and attention patterns together are no more than so many values. */
    static TokenWindow around(ActivationSession session, int token, int mostValues) {
        long perToken = (long) session.points().size() * session.width();
        long perPair = session.attentionPatterns().values().stream()
                .mapToLong(pattern -> pattern.shape()[1])
                .sum();
        int all = session.tokens().size();
        int count = 1;
        while (count < all && (count + 1) * perToken + perPair * (count + 1) * (count + 2) / 2 <= mostValues) {
            count++;
        }
        return new TokenWindow(Math.max(0, Math.min(all - count, token - count / 2)), count, all);
    }

    boolean isWhole() {
        return count == all;
    }

    <T> List<T> of(List<T> tokens) {
        return tokens.subList(first, first + count);
    }

    /** {@code [heads, query, key ≤ query]} of one block's pattern, {@code [1, heads, tokens, attended positions]}. */
    float[] triangles(FloatTensor pattern, List<Token> held) {
        int heads = pattern.shape()[1];
        float[] triangles = new float[heads * count * (count + 1) / 2];
        int at = 0;
        for (int head = 0; head < heads; head++) {
            for (int query = 0; query < count; query++) {
                for (int key = 0; key <= query; key++) {
                    triangles[at++] =
                            pattern.get(0, head, first + query, held.get(key).position());
                }
            }
        }
        return triangles;
    }

    /** The part of a measure that these tokens have, along every axis that runs over tokens. */
    PageNumbers of(Measure measure) {
        PageNumbers part = PageNumbers.of(measure);
        for (int axis = 0; axis < measure.axes().size(); axis++) {
            Axis tokens = measure.axes().get(axis);
            if (tokens.name().equals("token")) {
                // What comes next is known of all tokens but the last; logits may be those of the last ones only.
                int begin = measure.name().equals("cross_entropy") ? 0 : all - tokens.length();
                int from = Math.max(0, first - begin);
                int to = Math.min(tokens.length(), first + count - begin);
                part = part.cut(axis, from, Math.max(from, to));
            }
        }
        return part;
    }
}
