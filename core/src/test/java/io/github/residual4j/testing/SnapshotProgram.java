package io.github.residual4j.testing;

import static io.github.residual4j.testing.ActivationAssertions.assertThat;
import static io.github.residual4j.testing.ActivationAssertions.snapshot;

import java.nio.file.Path;

/** A test in a JVM of its own, whose properties and environment another test sets. */
final class SnapshotProgram {
    private SnapshotProgram() {}

    /** @param args the folder of the snapshot */
    public static void main(String[] args) {
        assertThat(SmallSessions.numbered())
                .as("child")
                .matchesSnapshot(snapshot("child").in(Path.of(args[0])), Tolerance.EXACT);
    }
}
