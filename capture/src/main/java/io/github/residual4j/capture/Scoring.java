package io.github.residual4j.capture;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.internal.graph.RunPlan;
import io.github.residual4j.capture.internal.lens.LogProbabilities;
import io.github.residual4j.capture.internal.run.Batch;
import io.github.residual4j.capture.internal.run.Cancellation;
import io.github.residual4j.capture.internal.run.RunInputs;
import io.github.residual4j.capture.internal.run.RunValues;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import io.github.residual4j.internal.text.Counted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Scores texts window by window. */
final class Scoring {
    private static final HookKey LOGITS = HookKey.of(HookPoint.LOGITS);

    private Scoring() {}

    static TextScore of(LanguageModel model, long[] ids, int length, int stride) {
        int context = model.description().shape().longest();
        if (length < 2 || length > context) {
            throw new BadRequestException(
                    "A window of " + Counted.of(length, "token") + " cannot be scored; it holds 2 to " + context + ".");
        }
        if (stride < 1 || stride > length) {
            throw new BadRequestException("Windows of " + Counted.of(length, "token") + " every " + stride
                    + " leave tokens out or never go on; the stride is 1 to " + length + ".");
        }
        if (ids.length < 2) {
            throw new BadRequestException("A text of " + Counted.of(ids.length, "token")
                    + " has nothing to be scored; each token is scored by those before it.");
        }
        List<Token> tokens = model.tokens(ids);
        List<Token> scored = new ArrayList<>();
        List<Double> logProbabilities = new ArrayList<>();
        int end = 0;
        for (int begin = 0; end < ids.length; begin += stride) {
            int first = Math.max(begin + 1, end);
            end = Math.min(begin + length, ids.length);
            if (first < end) {
                add(model, Arrays.copyOfRange(ids, begin, end), first - begin, logProbabilities);
                scored.addAll(tokens.subList(first, end));
            }
        }
        return new TextScore(scored, logProbabilities);
    }

    /** The tokens of each session but the first, by the last state of the one before; all sessions together. */
    static List<TextScore> ofSessions(LanguageModel model, List<ActivationSession> sessions) {
        int width = model.description().shape().width();
        int vocabulary = model.description().shape().vocabulary();
        int count = 0;
        for (ActivationSession session : sessions) {
            requireScorable(model, session);
            count += session.tokens().size() - 1;
        }
        float[] states = new float[Math.multiplyExact(count, width)];
        int[] next = new int[count];
        int at = 0;
        for (ActivationSession session : sessions) {
            int scored = session.tokens().size() - 1;
            session.state(session.points().size() - 1).get(0, states, at * width, scored * width);
            for (int i = 0; i < scored; i++) {
                next[at + i] = Vocabulary.index(session.tokens().get(i + 1).id().orElseThrow(), vocabulary);
            }
            at += scored;
        }
        double[] found = LogProbabilities.ofStates(
                model.stream(), model.description().shape().longest(), states, width, next, new Cancellation());
        List<TextScore> scores = new ArrayList<>();
        at = 0;
        for (ActivationSession session : sessions) {
            int scored = session.tokens().size() - 1;
            scores.add(new TextScore(
                    session.tokens().subList(1, scored + 1),
                    Arrays.stream(found, at, at + scored).boxed().toList()));
            at += scored;
        }
        return scores;
    }

    private static void requireScorable(LanguageModel model, ActivationSession session) {
        SameWeights.require(model, session);
        HookKey last =
                HookKey.of(HookPoint.RESID_POST, model.description().shape().blocks() - 1);
        StreamPoint point = session.points().get(session.points().size() - 1);
        if (!point.key().equals(last)) {
            throw new BadRequestException("The session's last state is " + point.name() + "; a text is scored from "
                    + last + ". Capture it too.");
        }
        List<Token> tokens = session.tokens();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.id().isEmpty() || token.position() != tokens.get(0).position() + i) {
                throw new BadRequestException("A session is scored whose tokens follow each other and tell their ids,"
                        + " unlike that at position " + token.position() + ".");
            }
        }
        if (tokens.size() < 2) {
            throw new BadRequestException("A session of 1 token has nothing to be scored.");
        }
    }

    /** Each continuation by itself, tokenized by itself. */
    static List<TextScore> ofContinuations(
            LanguageModel model, Vocabulary vocabulary, String prompt, String... continuations) {
        long[] before = vocabulary.encode(prompt);
        List<TextScore> scores = new ArrayList<>();
        for (String continuation : continuations) {
            BadRequestException.requireGiven(continuation, "continuation");
            scores.add(ofContinuation(model, before, vocabulary.encode(continuation)));
        }
        return scores;
    }

    private static TextScore ofContinuation(LanguageModel model, long[] prompt, long[] continuation) {
        if (prompt.length == 0 || continuation.length == 0) {
            throw new BadRequestException("A prompt and a continuation have at least one token each.");
        }
        long[] all = Arrays.copyOf(prompt, prompt.length + continuation.length);
        System.arraycopy(continuation, 0, all, prompt.length, continuation.length);
        List<Double> logProbabilities = new ArrayList<>();
        add(model, all, prompt.length, logProbabilities);
        return new TextScore(model.tokens(all).subList(prompt.length, all.length), logProbabilities);
    }

    /** Adds the log-probability of each token of a window from one on. */
    private static void add(LanguageModel model, long[] ids, int first, List<Double> logProbabilities) {
        if (!model.scoresEveryPosition()) {
            throw new BadRequestException("The model " + model.name()
                    + " gives no logits of every position, so a text cannot be scored by it.");
        }
        model.check(ids);
        Positions scored = Positions.range(first - 1, ids.length - 1);
        try (RunValues run = model.stream()
                .run(
                        RunPlan.reading(Set.of(LOGITS)),
                        Batch.of(List.of(ids)),
                        RunInputs.scoring(scored),
                        new Cancellation())) {
            int[] next = Arrays.stream(ids).skip(first).mapToInt(id -> (int) id).toArray();
            double[] found = new double[next.length];
            LogProbabilities.read(run.rows(LOGITS, 0, scored), next.length, next, 0, found);
            Arrays.stream(found).forEach(logProbabilities::add);
        }
    }
}
