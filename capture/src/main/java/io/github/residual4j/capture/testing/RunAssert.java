package io.github.residual4j.capture.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.Edit;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookPoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.util.CheckReturnValue;

/** A model's run over a text and the changes made to it. Immutable; {@link ModelAssert#on} makes one. */
public final class RunAssert {
    private final LanguageModel model;
    private final String text;
    private final List<Edit> edits;

    RunAssert(LanguageModel model, String text, List<Edit> edits) {
        this.model = model;
        this.text = text;
        this.edits = edits;
    }

    /**
     * {@return the same with parts of the model ablated, or changed by any other edit, in this order}
     *
     * @param more such as {@code Edit.zero(HookPoint.ATTENTION_OUTPUT).block(4)}
     */
    @CheckReturnValue
    public RunAssert ablating(Edit... more) {
        List<Edit> all = new ArrayList<>(edits);
        Collections.addAll(all, more);
        return new RunAssert(model, text, List.copyOf(all));
    }

    /**
     * {@return the same with values of another text's run put in}
     *
     * @param other a text of as many tokens, where whole positions are replaced
     * @param edit makes the edit from the other text's session, which holds every hook point, such as {@code session ->
     *     Edit.replace(HookPoint.RESID_PRE, session).block(3).positions(0)}
     */
    @CheckReturnValue
    public RunAssert patching(String other, Function<ActivationSession, Edit> edit) {
        BadRequestException.requireGiven(edit, "edit");
        return ablating(edit.apply(model.request(other).allPoints().capture()));
    }

    /**
     * Runs the text without the changes and with them, and begins assertions about one candidate for the next token.
     *
     * @param answer one token, such as {@code " France"}
     * @return assertions about it
     * @throws BadRequestException if answer is not one token, or an edit does not fit the model or the text
     */
    @CheckReturnValue
    public AnswerAssert answer(String answer) {
        long token = model.singleToken(answer);
        CaptureRequest request = model.request(text).points(HookPoint.LOGITS).lastLogits();
        AnswerScore whole = AnswerScore.of(request.capture(), token);
        if (edits.isEmpty()) {
            return new AnswerAssert(whole, whole, '"' + answer + "\" after \"" + text + '"', "");
        }
        for (Edit edit : edits) {
            request = request.edit(edit);
        }
        String changes =
                String.join(", then ", edits.stream().map(Edit::toString).toList());
        return new AnswerAssert(
                AnswerScore.of(request.capture(), token), whole, '"' + answer + "\" after \"" + text + '"', changes);
    }
}
