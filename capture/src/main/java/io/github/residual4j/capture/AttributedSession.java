package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.View;
import io.github.residual4j.capture.internal.lens.Ledger;
import io.github.residual4j.capture.internal.run.Readout;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Token;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A session whose logits are taken apart: those it holds, and what its final norm made of the states before them. */
final class AttributedSession {
    private final LanguageModel model;
    private final ActivationSession session;
    private final Ledger ledger;
    private final int answer;
    private final OptionalInt wrong;
    private final FloatBuffer logits;
    private final int vocabulary;
    private final int first; // of the session's tokens, the first whose logits it holds
    private final int count;
    private final double[] scale;

    AttributedSession(LanguageModel model, ActivationSession session, Readout readout, int answer, OptionalInt wrong) {
        this.model = model;
        this.session = session;
        this.answer = answer;
        this.wrong = wrong;
        ledger = new Ledger(readout, answer, wrong);
        FloatTensor held = Optional.ofNullable(session.arrays().get(ActivationSession.LOGITS))
                .orElseThrow(() -> lacks(HookKey.of(HookPoint.LOGITS)));
        logits = held.asBuffer();
        count = held.shape()[1];
        vocabulary = held.shape()[2];
        first = session.tokens().size() - count;
        FloatBuffer last = needed(HookKey.of(HookPoint.RESID_POST, blocks() - 1));
        scale = new double[count];
        for (int token = 0; token < count; token++) {
            scale[token] = ledger.scale(last, row(token, width()));
        }
    }

    LanguageModel model() {
        return model;
    }

    ActivationSession session() {
        return session;
    }

    Ledger ledger() {
        return ledger;
    }

    int blocks() {
        return model.description().shape().blocks();
    }

    /** How many heads a block has, 1 where that is not known. */
    int heads() {
        return model.description().shape().heads().orElse(1);
    }

    int width() {
        return session.width();
    }

    /** How many tokens have logits; tokens are counted among them from here on. */
    int count() {
        return count;
    }

    /** Those tokens. */
    List<Token> tokens() {
        return session.tokens().subList(first, first + count);
    }

    /** Those tokens, as tables name them. */
    Axis tokenAxis() {
        return new Axis("token", session.tokenLabels().subList(first, first + count));
    }

    /** Where a token's row begins in an array of the session. */
    int row(int token, int length) {
        return (first + token) * length;
    }

    /** What the final norm divides a token's last state by. */
    double scale(int token) {
        return scale[token];
    }

    /** An activation, without which there is no ledger. */
    FloatBuffer needed(HookKey key) {
        return session.activation(key).orElseThrow(() -> lacks(key)).asBuffer();
    }

    private static BadRequestException lacks(HookKey key) {
        return new BadRequestException("The session holds no " + key + ", which a ledger needs; capture it with"
                + " HookPoint." + key.point().name() + ", or let attribution(text) capture it.");
    }

    /** What values of the stream's width add at each token. */
    double[] of(FloatBuffer values) {
        double[] added = new double[count];
        Arrays.setAll(added, token -> ledger.of(values, row(token, width())) / scale[token]);
        return added;
    }

    /** What the same value of the stream's width adds at each token. */
    double[] ofEach(FloatBuffer value) {
        double all = ledger.of(value, 0);
        double[] added = new double[count];
        Arrays.setAll(added, token -> all / scale[token]);
        return added;
    }

    /**
     * What a head adds at each token.
     *
     * @param z the heads' outputs before they are projected
     * @param through what a value of 1 of each of their dimensions adds, see {@link Ledger#through}
     */
    double[] ofHead(FloatBuffer z, double[] through, int head) {
        int headWidth = width() / heads();
        double[] added = new double[count];
        Arrays.setAll(added, token -> {
            double sum = 0;
            for (int d = head * headWidth; d < (head + 1) * headWidth; d++) {
                sum += z.get(row(token, width()) + d) * through[d];
            }
            return sum / scale[token];
        });
        return added;
    }

    /** The logit that is taken apart, or the difference of two, as the model computed it. */
    double logit(int token) {
        return logit(token, answer) - (wrong.isPresent() ? logit(token, wrong.getAsInt()) : 0);
    }

    private double logit(int token, int id) {
        return logits.get(token * vocabulary + id);
    }

    /** Whose logit it is, after which text. */
    View view() {
        String whose =
                "logit of " + label(answer) + (wrong.isPresent() ? " less that of " + label(wrong.getAsInt()) : "");
        return new View(whose + session.text().map(t -> " after “" + t + "”").orElse(""), false);
    }

    private String label(int id) {
        return model.label(id).map(text -> "“" + text + "”").orElse("id " + id);
    }
}
