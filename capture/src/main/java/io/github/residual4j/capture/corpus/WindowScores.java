package io.github.residual4j.capture.corpus;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.TextScore;
import java.util.ArrayList;
import java.util.List;

/** Sums the log-probabilities of the new tokens of windows, some windows at a time. */
final class WindowScores {
    private static final int TOKENS_TOGETHER = 1024;

    private final LanguageModel model;
    private final List<CorpusWindow> windows = new ArrayList<>();
    private final List<ActivationSession> sessions = new ArrayList<>();
    private int waiting; // tokens
    private long scored;
    private double logProbability;

    /**
     * Goes on from what was scored before.
     *
     * @param scored how many tokens
     * @param logProbability the sum of their log-probabilities, in nats
     */
    WindowScores(LanguageModel model, long scored, double logProbability) {
        this.model = model;
        this.scored = scored;
        this.logProbability = logProbability;
    }

    void add(CorpusWindow window, ActivationSession session) {
        if (window.ids().length > 1) {
            windows.add(window);
            sessions.add(session);
            waiting += window.ids().length;
        }
        if (waiting >= TOKENS_TOGETHER) {
            finish();
        }
    }

    /** Scores what waits. */
    void finish() {
        List<TextScore> found = sessions.isEmpty() ? List.of() : model.score(sessions);
        for (int i = 0; i < found.size(); i++) {
            CorpusWindow window = windows.get(i);
            for (int token = Math.max(1, window.firstNew()); token < window.ids().length; token++) {
                logProbability += found.get(i).logProbabilities().get(token - 1);
                scored++;
            }
        }
        windows.clear();
        sessions.clear();
        waiting = 0;
    }

    long scored() {
        return scored;
    }

    double logProbability() {
        return logProbability;
    }
}
