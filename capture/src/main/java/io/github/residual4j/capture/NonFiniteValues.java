package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookPoint;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for NaN and infinities in what was captured: a mask read the wrong way, weights of a broken training, or a
 * float16 graph that overflows give them, and every number taken from such states means nothing.
 */
final class NonFiniteValues {
    private static final String SCORES = HookPoint.ATTENTION_SCORES.nameIn(0).replaceFirst("^blocks\\.0", "");
    private static final int CHUNK = 1 << 12;

    private final ActivationSession session;
    private final float[] chunk = new float[CHUNK];
    private long searched;
    private long found;
    private String first = "";

    private NonFiniteValues(ActivationSession session) {
        this.session = session;
    }

    /**
     * A sentence that names the first such value's point, token and dimension and how many there are. A sum with such a
     * value is such a value again, so where nothing changed the run the last state of the stream tells of all before it.
     */
    static Optional<String> warning(ActivationSession session) {
        NonFiniteValues values = new NonFiniteValues(session);
        int last = session.points().size() - 1;
        boolean unchanged = session.provenance().edits().isEmpty();
        values.searchPoints(unchanged ? last : 0);
        values.searchArrays();
        if (values.found > 0 && unchanged) {
            values = new NonFiniteValues(session);
            values.searchPoints(0);
            values.searchArrays();
        }
        return values.found == 0
                ? Optional.empty()
                : Optional.of("The captured values are not all finite: " + values.first + ", and in all " + values.found
                        + " of " + values.searched + " are NaN or infinite; numbers taken from them mean nothing.");
    }

    private void searchPoints(int from) {
        for (int p = from; p < session.points().size(); p++) {
            search(
                    session.points().get(p).name(),
                    session.state(p),
                    session.width(),
                    session.tokens().size());
        }
    }

    private void searchArrays() {
        for (Map.Entry<String, FloatTensor> array : session.arrays().entrySet()) {
            if (array.getKey().endsWith(SCORES)) {
                continue; // minus infinity is what keeps positions from looking ahead
            }
            int[] shape = array.getValue().shape();
            boolean pattern =
                    shape.length == 4 && array.getKey().contains("pattern"); // [.., heads, T, S], else [1, T, ..]
            int tokens = shape[pattern ? 2 : 1];
            int row = pattern ? shape[3] : array.getValue().size() / tokens;
            search(array.getKey(), array.getValue().asBuffer(), row, tokens);
        }
    }

    /**
     * Searches values row by row.
     *
     * @param row how many values a token has in a row
     * @param tokens how many tokens there are, the last ones of the session's if fewer
     */
    private void search(String name, FloatBuffer values, int row, int tokens) {
        searched += values.remaining();
        for (int from = 0; from < values.limit(); from += CHUNK) {
            int count = Math.min(CHUNK, values.limit() - from);
            values.get(from, chunk, 0, count);
            if (!isFinite(count)) {
                count(name, from, count, row, tokens);
            }
        }
    }

    /** Zero times a value is zero, or NaN where the value is not finite; four sums need not wait for each other. */
    private boolean isFinite(int count) {
        Arrays.fill(chunk, count, Math.min(CHUNK, count + 3), 0);
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        for (int i = 0; i < count; i += 4) {
            a += 0 * chunk[i];
            b += 0 * chunk[i + 1];
            c += 0 * chunk[i + 2];
            d += 0 * chunk[i + 3];
        }
        return a + b + c + d == 0;
    }

    private void count(String name, int from, int count, int row, int tokens) {
        for (int i = 0; i < count; i++) {
            if (Float.isFinite(chunk[i])) {
                continue;
            }
            if (found == 0) {
                int token = session.tokens().size() - tokens + (from + i) / row % tokens;
                first = name + " holds " + chunk[i] + " at token " + token + " \""
                        + session.tokens().get(token).label() + "\", place " + (from + i) % row;
            }
            found++;
        }
    }
}
