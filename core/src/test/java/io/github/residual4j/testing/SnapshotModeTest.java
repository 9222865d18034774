package io.github.residual4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotModeTest {
    private static final String VARIABLE = "RESIDUAL4J_SNAPSHOTS";

    @Test
    void checksUnlessAskedToUpdate() {
        assertThat(SnapshotMode.of(Optional.empty(), Map.of())).isEqualTo(SnapshotMode.CHECK);
        assertThat(SnapshotMode.of(Optional.of(" "), Map.of())).isEqualTo(SnapshotMode.CHECK);
        assertThat(SnapshotMode.of(Optional.of("check"), Map.of("CI", "true"))).isEqualTo(SnapshotMode.CHECK);
        assertThat(SnapshotMode.of(Optional.of("update"), Map.of())).isEqualTo(SnapshotMode.UPDATE);
        assertThat(SnapshotMode.of(Optional.empty(), Map.of(VARIABLE, "update")))
                .isEqualTo(SnapshotMode.UPDATE);
    }

    @Test
    void thePropertyCountsBeforeTheVariable() {
        assertThat(SnapshotMode.of(Optional.of("check"), Map.of(VARIABLE, "update")))
                .isEqualTo(SnapshotMode.CHECK);
        assertThat(SnapshotMode.of(Optional.of("update"), Map.of(VARIABLE, "check")))
                .isEqualTo(SnapshotMode.UPDATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "1", "yes"})
    void neverUpdatesOnABuildServer(String ci) {
        assertThatThrownBy(() -> SnapshotMode.of(Optional.of("update"), Map.of("CI", ci)))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("residual4j.snapshots is \"update\", but snapshots are not written on a build server, which"
                        + " this is by its environment variable CI (\"" + ci
                        + "\"); update them on a machine of your own and commit the files.");
        assertThatThrownBy(() -> SnapshotMode.of(Optional.empty(), Map.of("CI", ci, VARIABLE, "update")))
                .isInstanceOf(BadRequestException.class)
                .hasMessageStartingWith("RESIDUAL4J_SNAPSHOTS is \"update\", but");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "false", "0"})
    void aMachineThatSaysItIsNoBuildServerIsNone(String ci) {
        assertThat(SnapshotMode.of(Optional.of("update"), Map.of("CI", ci))).isEqualTo(SnapshotMode.UPDATE);
    }

    @Test
    void refusesAnythingElse() {
        assertThatThrownBy(() -> SnapshotMode.of(Optional.of("updte"), Map.of()))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("residual4j.snapshots is \"updte\"; it can be \"check\" or \"update\".");
        assertThatThrownBy(() -> SnapshotMode.of(Optional.empty(), Map.of(VARIABLE, "Update")))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("RESIDUAL4J_SNAPSHOTS is \"Update\"; it can be \"check\" or \"update\".");
    }
}
