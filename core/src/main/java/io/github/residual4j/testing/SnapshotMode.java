package io.github.residual4j.testing;

import io.github.residual4j.error.BadRequestException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an assertion does with the file of a snapshot. */
enum SnapshotMode {
    /** Holds the session against it. */
    CHECK,
    /** Writes it. */
    UPDATE;

    static final String PROPERTY = "residual4j.snapshots";
    static final String VARIABLE = "RESIDUAL4J_SNAPSHOTS";
    private static final String CI = "CI";
    private static final Set<String> NO = Set.of("", "false", "0");

    /**
     * What was asked for.
     *
     * @param property the value of the system property {@value #PROPERTY}
     * @param environment the environment variables
     * @throws BadRequestException if it is something else, or a machine that only checks was asked to update
     */
    static SnapshotMode of(Optional<String> property, Map<String, String> environment) {
        Optional<String> set = property.filter(value -> !value.isBlank());
        String name = set.isPresent() ? PROPERTY : VARIABLE;
        String asked =
                set.orElseGet(() -> environment.getOrDefault(VARIABLE, "")).strip();
        if (asked.isEmpty() || asked.equals("check")) {
            return CHECK;
        }
        if (!asked.equals("update")) {
            throw new BadRequestException(
                    name + " is \"" + Places.escape(asked) + "\"; it can be \"check\" or \"update\".");
        }
        String ci = environment.getOrDefault(CI, "").strip();
        if (!NO.contains(ci)) {
            throw new BadRequestException(
                    name + " is \"update\", but snapshots are not written on a build server, which"
                            + " this is by its environment variable CI (\"" + Places.escape(ci)
                            + "\"); update them on a machine"
                            + " of your own and commit the files.");
        }
        return UPDATE;
    }
}
