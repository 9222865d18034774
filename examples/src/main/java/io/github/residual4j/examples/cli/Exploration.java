package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.analysis.HeadScores;
import io.github.residual4j.analysis.LogitAttribution;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.capture.Attribution;
import io.github.residual4j.capture.CaptureRequest;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.Lens;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.error.ResidualException;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Token;
import io.github.residual4j.render.figures.ResidualExplorer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a model tells of one text, for a page and for the terminal.
 *
 * @param session the stream, attention patterns where the model offers them, and the last logits
 * @param lens what each state says, with the answers' ranks
 * @param ledgers who wrote each answer's logit, by the answer
 * @param headScores by which heads are named
 * @param notes why something is not there, a sentence each
 */
record Exploration(
        ActivationSession session,
        Optional<LogitLens> lens,
        Map<String, LogitAttribution> ledgers,
        Optional<HeadScores> headScores,
        List<String> notes) {
    private static final int ANSWERS = 3;
    private static final int REPEATED = 40;
    private static final long SEED = 1;

    /**
     * Runs the model.
     *
     * @param answers whose ranks and logits are told, by their ids
     */
    static Exploration of(LanguageModel model, ActivationSession session, Map<String, Long> answers) {
        List<String> notes = new ArrayList<>();
        Optional<LogitLens> lens = Optional.empty();
        Map<String, LogitAttribution> ledgers = new LinkedHashMap<>();
        try {
            long[] ids = answers.values().stream().mapToLong(Long::longValue).toArray();
            Lens reading = model.lens(session);
            lens = Optional.of((ids.length == 0 ? reading : reading.answers(ids)).read());
            if (ids.length > 0) {
                Attribution attribution = attribution(model, session);
                answers.forEach(
                        (answer, id) -> ledgers.put(answer, attribution.of(id).read()));
            }
        } catch (ResidualException e) {
            notes.add(e.getMessage()); // of a file that does not tell what this takes
        }
        Optional<HeadScores> scores = Optional.empty();
        int room = (model.description().shape().window() - 1) / 2;
        if (!session.attentionPatterns().isEmpty() && room > 1) {
            scores = Optional.of(model.headScores(Math.min(REPEATED, room), SEED));
        }
        return new Exploration(session, lens, ledgers, scores, notes);
    }

    /** Captures what a page shows of a text, as far as the model offers it. */
    static ActivationSession capture(LanguageModel model, CaptureRequest text) {
        Set<HookPoint> offered = model.description().offers();
        Set<HookPoint> points =
                EnumSet.of(HookPoint.EMBED, HookPoint.RESID_MID, HookPoint.RESID_POST, HookPoint.ATTENTION_PATTERN);
        points.retainAll(offered);
        CaptureRequest request = text.points(points.toArray(HookPoint[]::new));
        return (offered.contains(HookPoint.LOGITS) ? request.lastLogits() : request).capture();
    }

    /** The likeliest next tokens' ids by what they read, or none for a session without logits. */
    static Map<String, Long> likeliest(ActivationSession session) {
        Map<String, Long> ids = new LinkedHashMap<>();
        if (session.arrays().containsKey(ActivationSession.LOGITS)) {
            for (TokenProbability next : session.topTokens(ANSWERS)) {
                String text = next.text().orElse("id " + next.id());
                ids.put(ids.containsKey(text) ? text + " (id " + next.id() + ")" : text, next.id());
            }
        }
        return ids;
    }

    /** Of the run itself where it was changed, which running the text again would not repeat. */
    private static Attribution attribution(LanguageModel model, ActivationSession session) {
        boolean changed = !session.provenance().edits().isEmpty();
        return changed ? model.attribution(session) : model.attribution(ids(session));
    }

    /** The text's tokens, to be run again. */
    static long[] ids(ActivationSession session) {
        long[] ids = new long[session.tokens().size()];
        for (int t = 0; t < ids.length; t++) {
            Token token = session.tokens().get(t);
            if (token.position() != t || token.id().isEmpty()) {
                throw new BadRequestException("The session does not tell the id of every token from the text's first"
                        + " on, so the text cannot be run again for attribution or patching.");
            }
            ids[t] = token.id().getAsLong();
        }
        return ids;
    }

    /** The page of it, to be added to. */
    ResidualExplorer page() {
        ResidualExplorer page = ResidualExplorer.of(session);
        page = lens.isPresent() ? page.lens(lens.get()) : page;
        page = headScores.isPresent() ? page.headScores(headScores.get()) : page;
        for (Map.Entry<String, LogitAttribution> ledger : ledgers.entrySet()) {
            page = page.attribution(ledger.getKey(), ledger.getValue());
        }
        for (String note : notes) {
            page = page.note(note);
        }
        return page;
    }
}
