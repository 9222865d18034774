package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.analysis.HeadOutputs;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.NeuronContributions;
import io.github.residual4j.capture.internal.run.Readout;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.CaptureException;
import io.github.residual4j.hook.HookPoint;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Takes a logit apart into what each component wrote: direct logit attribution. Immutable; {@link
 * LanguageModel#attribution} makes one.
 *
 * <pre>{@code
 * LogitAttribution ledger = model.attribution(session).of(" France").against(" Germany").read();
 * }</pre>
 */
public final class Attribution {
    private final LanguageModel model;
    private final ActivationSession session;
    private final OptionalLong answer;
    private final OptionalLong wrong;

    private Attribution(LanguageModel model, ActivationSession session, OptionalLong answer, OptionalLong wrong) {
        this.model = model;
        this.session = session;
        this.answer = answer;
        this.wrong = wrong;
    }

    static Attribution of(LanguageModel model, ActivationSession session) {
        return new Attribution(model, session, OptionalLong.empty(), OptionalLong.empty());
    }

    /** A request for what of that a model gives, of its logits the last alone where it gives no others. */
    static CaptureRequest asking(LanguageModel model, CaptureRequest request) {
        Set<HookPoint> points = EnumSet.copyOf(List.of(points()));
        points.retainAll(model.offersAtEveryPosition());
        CaptureRequest asked = request.points(points.toArray(HookPoint[]::new));
        return model.scoresEveryPosition() ? asked : asked.lastLogits();
    }

    /** The hook points that a session needs for it. */
    static HookPoint[] points() {
        return new HookPoint[] {
            HookPoint.TOKEN_EMBED,
            HookPoint.POSITION_EMBED,
            HookPoint.EMBED,
            HookPoint.Z,
            HookPoint.RESID_MID,
            HookPoint.MLP_OUTPUT,
            HookPoint.RESID_POST,
            HookPoint.LOGITS
        };
    }

    /**
     * {@return the same for the logit of a token}
     *
     * @param text one token, such as {@code " France"}
     * @throws BadRequestException if it is not one token; the message shows how it splits
     */
    public Attribution of(String text) {
        return of(model.singleToken(text));
    }

    /**
     * {@return the same for the logit of a token}
     *
     * @param id the token's id
     */
    public Attribution of(long id) {
        return new Attribution(model, session, OptionalLong.of(id), wrong);
    }

    /**
     * {@return the same for the logit less that of another token}
     *
     * @param text one token, such as {@code " Germany"}
     * @throws BadRequestException if it is not one token; the message shows how it splits
     */
    public Attribution against(String text) {
        return against(model.singleToken(text));
    }

    /**
     * {@return the same for the logit less that of another token}
     *
     * @param id the token's id
     */
    public Attribution against(long id) {
        return new Attribution(model, session, answer, OptionalLong.of(id));
    }

    /**
     * Takes the logits of all positions apart whose logits the session holds.
     *
     * @return the ledger
     * @throws BadRequestException if no token was named, the session lacks a hook point, or is of other weights
     * @throws CaptureException if what is left unexplained is more than rounding, as in a session that was captured with
     *     edits
     */
    public LogitAttribution read() {
        return model.whileOpen(() -> new LedgerEntries(attributed()).result());
    }

    /**
     * Measures what each head writes: its norm, and what it adds to the logit.
     *
     * @return norms and contributions of each head at each token whose logits the session holds
     * @throws BadRequestException as {@link #read()}, or if the model does not tell its heads' weights
     */
    public HeadOutputs heads() {
        return model.whileOpen(() -> WrittenByHeads.of(attributed()));
    }

    /**
     * Takes what one MLP adds to the last logit that the session holds apart into its neurons.
     *
     * @param block whose MLP, counted from 0; the session holds its {@link HookPoint#MLP_POST}
     * @param count how many neurons are told, those of largest magnitude
     * @return the foremost neurons
     * @throws BadRequestException as {@link #read()}, or if there is no such block or the model does not tell the weights
     */
    public NeuronContributions neurons(int block, int count) {
        if (block < 0 || block >= model.description().shape().blocks()) {
            throw new BadRequestException("Block " + block + " does not exist; the model has blocks 0 to "
                    + (model.description().shape().blocks() - 1) + ".");
        }
        if (count < 1) {
            throw new BadRequestException("At least 1 neuron is told, not " + count + ".");
        }
        return model.whileOpen(() -> WrittenByNeurons.of(attributed(), block, count));
    }

    private AttributedSession attributed() {
        if (answer.isEmpty()) {
            throw new BadRequestException("No token was named whose logit is taken apart; name one by of(...).");
        }
        SameWeights.require(model, session);
        Readout readout = model.stream()
                .readout()
                .orElseThrow(() -> new BadRequestException("The final norm and the unembedding of " + model.name()
                        + " are not known as plain weights, so its logits cannot be taken apart."));
        int right = Vocabulary.index(answer.getAsLong(), readout.vocabulary());
        OptionalInt other = wrong.isPresent()
                ? OptionalInt.of(Vocabulary.index(wrong.getAsLong(), readout.vocabulary()))
                : OptionalInt.empty();
        return new AttributedSession(model, session, readout, right, other);
    }
}
