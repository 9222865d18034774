package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.internal.run.Readout;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.StreamPoint.Role;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Recomputes, in double precision, what a capture's states say of each other: sums along the stream, the final layer
 * norm, and the unembedding. Where the weights are at hand, they are read from the checkpoint, not from the graph. Other
 * captures, of the same text with another end or beginning, tell whether the model was fed as it is meant.
 */
final class SelfCheck {
    static final String ATTENTION = "resid_mid = resid_pre + attn_out";
    static final String MLP = "resid_post = resid_mid + mlp_out";
    static final String BOTH = "resid_post = resid_pre + attn_out + mlp_out";
    static final String BEGINNING = "states before the last token do not change with it";
    static final String FINAL_NORM = "final = ln_f(resid_post of the last block)";
    static final String UNEMBEDDING = "logits = final · unembedding";

    private final Map<String, Double> largest = new LinkedHashMap<>();

    private SelfCheck() {}

    /** The points a check wants, of those a model offers. */
    static HookPoint[] points(Set<HookPoint> offered) {
        List<HookPoint> points = new ArrayList<>(List.of(
                HookPoint.EMBED,
                HookPoint.RESID_MID,
                HookPoint.RESID_POST,
                HookPoint.ATTENTION_OUTPUT,
                HookPoint.MLP_OUTPUT,
                HookPoint.FINAL,
                HookPoint.LOGITS));
        points.retainAll(offered);
        return points.toArray(HookPoint[]::new);
    }

    /**
     * Checks a session of all positions.
     *
     * @param readout what norm and unembedding are recomputed with; without it they are not checked
     * @throws CaptureException if two sides differ by more than rounding; the message names block, token and dimension
     */
    static SelfCheck of(ActivationSession session, Optional<Readout> readout) {
        SelfCheck check = new SelfCheck();
        NonFiniteValues.warning(session).ifPresent(found -> {
            throw new CaptureException("Self-check failed: " + found
                    + " Its weights may be damaged, or its attention mask may mean the opposite of what it was fed.");
        });
        for (int block = 0; block < session.blockCount(); block++) {
            if (session.point(Role.RESID_MID, block).isPresent()) {
                check.sum(session, ATTENTION, block, Role.RESID_MID, HookPoint.ATTENTION_OUTPUT);
                check.sum(session, MLP, block, Role.RESID_POST, HookPoint.MLP_OUTPUT);
            } else {
                check.sum(session, BOTH, block, Role.RESID_POST, HookPoint.ATTENTION_OUTPUT, HookPoint.MLP_OUTPUT);
            }
        }
        readout.ifPresent(present -> check.readout(session, present));
        return check;
    }

    /** What was compared, and how far apart it is. */
    SelfCheckReport report() {
        return new SelfCheckReport(largest);
    }

    /**
     * Checks that no position looks at a later one, and that the last looks at those before it.
     *
     * @param session a text's
     * @param otherEnd the same text's with another last token
     * @param repeated a text's of the same length, of its last token alone
     * @param sharesScales whether activations are rounded by scales that all positions share, so that they depend a little
     *     on each other
     * @throws CaptureException if a state depends on a later token, or the last token's on nothing before it
     */
    SelfCheck comparing(
            ActivationSession session, ActivationSession otherEnd, ActivationSession repeated, boolean sharesScales) {
        int before = (session.tokens().size() - 1) * session.width();
        boolean tellsPlaces = false; // by what is before the last token, or by its place
        for (int point = 0; point < session.points().size(); point++) {
            FloatBuffer states = session.state(point);
            boolean half = isHalf(states);
            double share = 0;
            for (int i = 0; i < before && sharesScales; i++) {
                share = Math.max(share, 0.1 * Math.abs(states.get(i)));
            }
            int block = session.points().get(point).block().orElse(0);
            for (int i = 0; i < before; i++) {
                double expected = otherEnd.state(point).get(i);
                compare(BEGINNING, session, block, i, states.get(i), expected, share + rounding(expected, half));
            }
            for (int i = before; i < states.remaining(); i++) {
                FloatBuffer same = repeated.state(point);
                tellsPlaces |= states.get(i) != same.get(i) || same.get(i) != same.get(i - session.width());
            }
        }
        if (!tellsPlaces && !isRepeated(session)) {
            throw new CaptureException(
                    "Self-check failed: the last token's states change neither with its place nor with what is before it, so each token is read"
                            + " as a text of its own; the model may take tokens along another axis.");
        }
        return this;
    }

    private static boolean isRepeated(ActivationSession session) {
        return session.tokens().stream()
                        .map(token -> token.id().isPresent() ? token.id() : token.label())
                        .distinct()
                        .count()
                == 1;
    }

    private void sum(ActivationSession session, String identity, int block, Role role, HookPoint... added) {
        List<FloatBuffer> terms = new ArrayList<>();
        int point = session.point(role, block).orElseThrow().index();
        terms.add(session.state(point - 1));
        for (HookPoint part : added) {
            if (!session.arrays().containsKey(part.nameIn(block))) {
                return;
            }
            terms.add(session.arrays().get(part.nameIn(block)).asBuffer());
        }
        FloatBuffer sum = session.state(point);
        double unit = isHalf(sum) ? 1e-3 : 1e-5;
        for (int i = 0; i < sum.remaining(); i++) {
            double expected = 0;
            double sizes = 0;
            for (FloatBuffer term : terms) {
                expected += term.get(i);
                sizes += Math.abs(term.get(i));
            }
            compare(identity, session, block, i, sum.get(i), expected, unit + unit * sizes);
        }
    }

    /** Whether all values are ones of float16, so that the sums were rounded to 11 bits. */
    private static boolean isHalf(FloatBuffer values) {
        for (int i = 0; i < values.remaining(); i++) {
            if ((Float.floatToRawIntBits(values.get(i)) & 0x1fff) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The final state of every position, and the logits of the last one; their tokens stand where others have dimensions. */
    private void readout(ActivationSession session, Readout readout) {
        if (!session.arrays().containsKey(ActivationSession.FINAL)) {
            return;
        }
        FloatBuffer normalized = session.arrays().get(ActivationSession.FINAL).asBuffer();
        int last = session.points().size() - 1;
        boolean half = isHalf(session.state(last));
        int width = session.width();
        double[] expected = new double[width];
        for (int token = 0; token < session.tokens().size(); token++) {
            expected = readout.normalize(session.vector(last, token));
            for (int d = 0; d < width; d++) {
                int i = token * width + d;
                compare(
                        FINAL_NORM,
                        session,
                        session.blockCount() - 1,
                        i,
                        normalized.get(i),
                        expected[d],
                        rounding(expected[d], half));
            }
        }
        if (session.arrays().containsKey(ActivationSession.LOGITS)) {
            unembedding(session, expected, readout, half);
        }
    }

    /** @param half whether the numbers were rounded to 11 bits */
    private static double rounding(double expected, boolean half) {
        return half ? 1e-2 + 1e-2 * Math.abs(expected) : 1e-4 + 1e-3 * Math.abs(expected);
    }

    private void unembedding(ActivationSession session, double[] state, Readout readout, boolean half) {
        FloatBuffer logits = session.arrays().get(ActivationSession.LOGITS).asBuffer();
        int[] shape = session.arrays().get(ActivationSession.LOGITS).shape();
        if (shape[shape.length - 1] != readout.vocabulary()) {
            throw new CaptureException(
                    "Self-check failed: the unembedding scores " + readout.vocabulary() + " tokens, but "
                            + shape[shape.length - 1] + " can be looked up; ids may be fed as something else.");
        }
        int from = logits.remaining() - readout.vocabulary();
        int token = session.tokens().size() - 1;
        for (int v = 0; v < readout.vocabulary(); v++) {
            double expected = readout.logit(state, v);
            double difference = difference(logits.get(from + v), expected);
            largest.merge(UNEMBEDDING, difference, Math::max);
            if (!(difference <= rounding(expected, half))) {
                throw failure(UNEMBEDDING, "", session, token, "the logit of id " + v, logits.get(from + v), expected);
            }
        }
    }

    private void compare(
            String identity,
            ActivationSession session,
            int block,
            int index,
            float actual,
            double expected,
            double rounding) {
        double difference = difference(actual, expected);
        largest.merge(identity, difference, Math::max);
        if (!(difference <= rounding)) {
            int token = index / session.width();
            String dimension = "dimension " + index % session.width();
            throw failure(identity, " in block " + block, session, token, dimension, actual, expected);
        }
    }

    /** Equal values, infinite and NaN ones included, do not differ. */
    private static double difference(float actual, double expected) {
        return Float.compare(actual, (float) expected) == 0 ? 0 : Math.abs(actual - expected);
    }

    private static CaptureException failure(
            String identity,
            String block,
            ActivationSession session,
            int token,
            String what,
            float actual,
            double expected) {
        return new CaptureException("Self-check failed: " + identity + " does not hold" + block + " for token " + token
                + " (\"" + session.tokens().get(token).label() + "\"), where " + what + " is " + actual
                + " but " + (float) expected + " was expected.");
    }
}
