package io.github.residual4j.examples.cli;

/** Says what is being done on one line of standard error that rewrites itself, on a terminal only. */
final class Progress implements AutoCloseable {
    private static final String CLEAR_LINE = "\r\u001B[2K";

    private final boolean shown = Terminal.isPresent();

    void step(String what) {
        show(CLEAR_LINE + TerminalText.oneLine(what) + " …");
    }

    @Override
    public void close() {
        show(CLEAR_LINE);
    }

    @SuppressWarnings("SystemOut") // past what spells control characters out, for it is made of them
    private void show(String line) {
        if (shown) {
            System.err.print(line);
            System.err.flush();
        }
    }
}
