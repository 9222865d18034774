package io.github.residual4j.examples.cli;

import io.github.residual4j.ActivationSession;
import java.io.PrintWriter;

/** Tells what has to be known before any number is taken from a session. */
final class Warnings {
    private Warnings() {}

    static void print(ActivationSession session, PrintWriter err) {
        session.provenance()
                .warnings()
                .forEach(warning -> err.println("residual4j: warning: " + TerminalText.oneLine(warning)));
    }
}
