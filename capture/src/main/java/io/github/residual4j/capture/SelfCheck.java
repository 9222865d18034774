package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.checkpoint.Checkpoint;
import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.capture.checkpoint.Weights;
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
     * @param checkpoint what norm and unembedding are recomputed with; without it they are not checked
     * @throws CaptureException if two sides differ by more than rounding; the message names block, token and dimension
     */
    static SelfCheckReport of(ActivationSession session, Optional<Checkpoint> checkpoint) {
        SelfCheck check = new SelfCheck();
        for (int block = 0; block < session.blockCount(); block++) {
            check.sum(session, ATTENTION, block, Role.RESID_MID, HookPoint.ATTENTION_OUTPUT);
            check.sum(session, MLP, block, Role.RESID_POST, HookPoint.MLP_OUTPUT);
        }
        checkpoint.ifPresent(present -> check.readout(session, present.config(), present.weights()));
        return new SelfCheckReport(check.largest);
    }

    private void sum(ActivationSession session, String identity, int block, Role role, HookPoint added) {
        if (!session.arrays().containsKey(added.nameIn(block))) {
            return;
        }
        int point = session.point(role, block).orElseThrow().index();
        FloatBuffer sum = session.state(point);
        FloatBuffer before = session.state(point - 1);
        FloatBuffer output = session.arrays().get(added.nameIn(block)).asBuffer();
        double unit = isHalf(sum) ? 1e-3 : 1e-5;
        for (int i = 0; i < sum.remaining(); i++) {
            double rounding = unit + unit * (Math.abs(before.get(i)) + Math.abs(output.get(i)));
            compare(identity, session, block, i, sum.get(i), (double) before.get(i) + output.get(i), rounding);
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

    private void readout(ActivationSession session, Gpt2Config config, Weights weights) {
        if (!session.arrays().containsKey(ActivationSession.FINAL)) {
            return;
        }
        FloatBuffer gain = weights.floats("ln_f.weight", config.width());
        FloatBuffer bias = weights.floats("ln_f.bias", config.width());
        FloatBuffer normalized = session.arrays().get(ActivationSession.FINAL).asBuffer();
        int last = session.points().size() - 1;
        int width = config.width();
        for (int token = 0; token < session.tokens().size(); token++) {
            double[] expected = norm(session.vector(last, token), gain, bias, config.layerNormEpsilon());
            for (int d = 0; d < width; d++) {
                int i = token * width + d;
                compare(
                        FINAL_NORM,
                        session,
                        config.layers() - 1,
                        i,
                        normalized.get(i),
                        expected[d],
                        rounding(expected[d]));
            }
        }
        if (session.arrays().containsKey(ActivationSession.LOGITS)) {
            double[] state =
                    norm(session.vector(last, session.tokens().size() - 1), gain, bias, config.layerNormEpsilon());
            String head = config.tiedHead() ? "wte.weight" : "lm_head.weight";
            unembedding(session, state, weights.floats(head, config.vocabulary(), config.width()));
        }
    }

    private static double rounding(double expected) {
        return 1e-4 + 1e-3 * Math.abs(expected);
    }

    private static double[] norm(float[] state, FloatBuffer gain, FloatBuffer bias, double epsilon) {
        double mean = 0;
        for (float x : state) {
            mean += x / (double) state.length;
        }
        double variance = 0;
        for (float x : state) {
            variance += (x - mean) * (x - mean) / state.length;
        }
        double[] normalized = new double[state.length];
        for (int d = 0; d < state.length; d++) {
            normalized[d] = (state[d] - mean) / Math.sqrt(variance + epsilon) * gain.get(d) + bias.get(d);
        }
        return normalized;
    }

    /** The last position's logits; their tokens stand where other checks have dimensions. */
    private void unembedding(ActivationSession session, double[] state, FloatBuffer head) {
        FloatBuffer logits = session.arrays().get(ActivationSession.LOGITS).asBuffer();
        int vocabulary = head.remaining() / state.length;
        int from = logits.remaining() - vocabulary;
        int token = session.tokens().size() - 1;
        for (int v = 0; v < vocabulary; v++) {
            double expected = 0;
            for (int d = 0; d < state.length; d++) {
                expected += state[d] * head.get(v * state.length + d);
            }
            double difference = difference(logits.get(from + v), expected);
            largest.merge(UNEMBEDDING, difference, Math::max);
            if (!(difference <= rounding(expected))) {
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
