package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.SafetensorsSession;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.SafetensorsEntry;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a snapshot, for one test class.
 *
 * @param snapshot what it holds
 * @param testClass whose it is
 * @param module where its sources are
 */
record SnapshotFile(Snapshot snapshot, Class<?> testClass, TestModule module) {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFile.class);

    /** What this JVM wrote, so that an assertion that shares a name with another one does not overwrite its file. */
    private static final Set<Path> WRITTEN = new HashSet<>(); // guarded by itself

    static SnapshotFile of(Snapshot snapshot, Class<?> testClass) {
        return new SnapshotFile(snapshot, testClass, TestModule.of(testClass));
    }

    Path path() {
        return snapshot.fileFor(module, testClass);
    }

    /** Holds a session against the file or writes it; the first one of a name in this JVM is the one that is written. */
    Optional<String> explanation(ActivationSession session, SnapshotMode mode, Tolerance tolerance) {
        ActivationSession kept = snapshot.excerpt().of(session);
        if (mode == SnapshotMode.CHECK) {
            return check(kept, tolerance);
        }
        synchronized (WRITTEN) {
            if (WRITTEN.contains(path())) {
                return check(kept, tolerance)
                        .map(message -> message + "\nThe file was written by an earlier assertion of this run, which"
                                + " names its snapshot as this one does.");
            }
            write(kept);
            WRITTEN.add(path());
        }
        return Optional.empty();
    }

    private Optional<String> check(ActivationSession kept, Tolerance tolerance) {
        Path file = path();
        if (Files.notExists(file)) {
            return Optional.of("There is no " + snapshot + " of " + testClass.getSimpleName() + " yet. Run\n  "
                    + module.updateCommand(testClass) + "\nto write " + module.shown(file)
                    + ", look at what changed, and commit the file.");
        }
        ActivationSession expected = SafetensorsSession.read(file);
        return new SessionDifference(kept, expected)
                .explanation(tolerance.plus(rounding(file)), tolerance)
                .map(message -> "The session is not the one in its " + snapshot + ", " + module.shown(file) + ".\n"
                        + message + "\nIf the change is meant, run\n  " + module.updateCommand(testClass)
                        + "\nand commit the file.");
    }

    /** What the type that the file keeps its states in may have rounded away. */
    private static Tolerance rounding(Path file) {
        SafetensorsEntry states = SafetensorsFile.open(file).entries().get("hidden_states");
        return switch (states.type()) {
            case "F16" -> new Tolerance(0x1p-25, 0x1p-11); // 11 significant bits, the smallest step 2^-24
            case "BF16" -> new Tolerance(0, 0x1p-8); // 8 significant bits
            default -> Tolerance.EXACT;
        };
    }

    private void write(ActivationSession kept) {
        Path file = path();
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new BadFileException(file.getParent(), "the folder cannot be made: " + e.getMessage() + ".", e);
        }
        SafetensorsSession.write(file, kept, snapshot.stateType());
        LOG.info("The {} was written to {}", snapshot, file);
    }
}
