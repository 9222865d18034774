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
 * norm, and the unembedding. Where the weights are at hand, they are read from the checkpoint, not from the graph.
 */
final class SelfCheck {
    static final String ATTENTION = "resid_mid = resid_pre + attn_out";
    static final String MLP = "resid_post = resid_mid + mlp_out";
    static final String BOTH = "resid_post = resid_pre + attn_out + mlp_out";
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
    static SelfCheckReport of(ActivationSession session, Optional<Readout> readout) {
        SelfCheck check = new SelfCheck();
        for (int block = 0; block < session.blockCount(); block++) {
            if (session.point(Role.RESID_MID, block).isPresent()) {
                check.sum(session, ATTENTION, block, Role.RESID_MID, HookPoint.ATTENTION_OUTPUT);
                check.sum(session, MLP, block, Role.RESID_POST, HookPoint.MLP_OUTPUT);
            } else {
                check.sum(session, BOTH, block, Role.RESID_POST, HookPoint.ATTENTION_OUTPUT, HookPoint.MLP_OUTPUT);
            }
        }
        readout.ifPresent(present -> check.readout(session, present));
        return new SelfCheckReport(check.largest);
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
