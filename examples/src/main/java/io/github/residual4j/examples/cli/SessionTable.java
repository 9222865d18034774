package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.Token;
import io.github.residual4j.TokenProbability;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/** A short table of a session for the terminal: the likeliest next tokens and the norm of the state at every point. */
final class SessionTable {
    private static final int NEXT_TOKENS = 5;

    private final ActivationSession session;

    SessionTable(ActivationSession session) {
        this.session = session;
    }

    void print(PrintWriter out) {
        List<Token> tokens = session.tokens();
        out.println(session);
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
        for (int point = 0; point < session.points().size(); point++) {
            double sum = 0;
            for (int token = 0; token <= last; token++) {
                sum += norm(session.vector(point, token));
            }
            out.printf(
                    "%-22s%18.2f%18.2f%n",
                    session.points().get(point), sum / tokens.size(), norm(session.vector(point, last)));
        }
        out.println();
    }

    private static String quoted(String text) {
        return text.codePoints()
                .mapToObj(c -> Character.isISOControl(c) ? String.format("\\u%04x", c) : Character.toString(c))
                .collect(Collectors.joining("", "\"", "\""));
    }

    private static double norm(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }
}
