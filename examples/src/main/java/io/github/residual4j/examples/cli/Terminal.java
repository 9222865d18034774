package io.github.residual4j.examples.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether standard error is a terminal that a person looks at. */
final class Terminal {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    static boolean isPresent() {
        if (Files.exists(STANDARD_ERROR)) {
            return isTerminalDevice();
        }
        Console console = System.console(); // elsewhere: tells of standard input and output
        return console != null;
    }

    private static boolean isTerminalDevice() {
        try {
            String device = STANDARD_ERROR.toRealPath().toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }
}
