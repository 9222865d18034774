package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.hook.Token;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;

/** A short table of a session for the terminal: the likeliest next tokens and the norm of the state at every point. */
final class SessionTable {
    private static final int NEXT_TOKENS = 5;

    private final ActivationSession session;

    SessionTable(ActivationSession session) {
        this.session = session;
    }

    void print(PrintWriter out) {
        List<Token> tokens = session.tokens();
        out.println(TerminalText.oneLine(session.toString()));
        out.println();
        out.println("next token");
        for (TokenProbability next : session.topTokens(NEXT_TOKENS)) {
            out.printf(
                    "  %5.1f %%  %s%n",
                    100 * next.probability(), quoted(next.text().orElse("id " + next.id())));
        }
        out.println();
        int last = tokens.size() - 1;
        out.printf(
                "%-22s%18s%18s%n",
                "L2 norm", "mean of tokens", quoted(tokens.get(last).label()));
        double[][] norms = ResidualAnalyzer.of(session).tokenStatistics().l2().toMatrix();
        for (int point = 0; point < norms.length; point++) {
            double mean = Arrays.stream(norms[point]).average().orElseThrow();
            out.printf("%-22s%18.2f%18.2f%n", session.points().get(point), mean, norms[point][last]);
        }
        out.println();
    }

    private static String quoted(String text) {
        return "\"" + TerminalText.oneLine(text) + "\"";
    }
}
