package io.github.residual4j.examples.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Mends arguments that the JVM decoded in a locale without their characters: under {@code LC_ALL=C} every byte beyond
 * ASCII arrives as U+FFFD. Linux keeps the bytes as they were typed.
 */
final class CommandLineText {
    private static final Path TYPED = Path.of("/proc/self/cmdline");
    private static final char LOST = '\uFFFD';

    private CommandLineText() {}

    /** The arguments as they were typed, or as they are where that cannot be found out. */
    static String[] restore(String[] args) {
        if (Arrays.stream(args).noneMatch(arg -> arg.indexOf(LOST) >= 0) || !Files.isReadable(TYPED)) {
            return args;
        }
        try {
            return restore(args, Files.readAllBytes(TYPED));
        } catch (IOException e) {
            return args;
        }
    }

    /** Takes the last arguments of a command line whose parts each end in a zero byte. */
    static String[] restore(String[] args, byte[] commandLine) {
        String[] all = new String(commandLine, StandardCharsets.UTF_8).split("\0", -1);
        int end = all.length - 1; // what follows the last zero byte is empty
        return end < args.length ? args : Arrays.copyOfRange(all, end - args.length, end);
    }
}
