package io.github.residual4j.examples.cli;

import java.io.PrintWriter;

/** Says what is being done on one line that rewrites itself, on a terminal only. */
final class Progress implements AutoCloseable {
    private static final String CLEAR_LINE = "\r\u001B[2K";

    private final PrintWriter err;
    private final boolean shown;

    Progress(PrintWriter err) {
        this.err = err;
        this.shown = Terminal.isPresent();
    }

    void step(String what) {
        show(CLEAR_LINE + what + " …");
    }

    @Override
    public void close() {
        show(CLEAR_LINE);
    }

    private void show(String line) {
        if (shown) {
            err.print(line);
            err.flush();
        }
    }
}
