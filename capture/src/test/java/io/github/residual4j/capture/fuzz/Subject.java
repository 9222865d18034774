package io.github.residual4j.capture.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** Files of a kind, and what the library does with them. */
interface Subject {
    /** Writes damaged files into an empty folder. */
    void write(Path folder, Random random) throws IOException;

    /** Opens them; only a {@link io.github.residual4j.error.BadFileException} about one of them may come out. */
    Opened open(Path folder);

    /** What was opened. */
    @FunctionalInterface
    interface Opened {
        /** Uses it; any exception of the library's own may come out. */
        void use();
    }
}
