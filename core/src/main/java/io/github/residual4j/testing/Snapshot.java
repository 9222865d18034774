package io.github.residual4j.testing;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.io.FloatType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A golden session that is kept in a file beside the test's sources, and what of a session it holds: everything, unless
 * it is narrowed. Immutable: each method returns a changed copy.
 *
 * <p>The file is {@code src/test/resources/<package path>/<test class>/<name>.safetensors} in the module that the test
 * class was compiled in, whatever the working directory; a nested class's folder lies in that of the class around it.
 * The test class is the one whose code calls the assertion.
 *
 * <p>The system property {@code residual4j.snapshots} says what an assertion does with it; where only environment
 * variables reach the tests, as with Gradle, {@code RESIDUAL4J_SNAPSHOTS} does. With {@code check}, or without any, a
 * session is held against the file, and a missing file is a failure. With {@code update} the file is written, whole or
 * not at all. Where the environment variable {@code CI} is set, {@code update} is refused.
 *
 * <pre>{@code
 * mvn test -Dtest=ParisTest -Dresidual4j.snapshots=update
 * RESIDUAL4J_SNAPSHOTS=update ./gradlew test --tests org.example.ParisTest
 * }</pre>
 *
 * @see ActivationSessionAssert#matchesSnapshot(Snapshot, Tolerance)
 */
public final class Snapshot {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9 ._-]{0,98}[A-Za-z0-9_-])?");

    private final String name;
    private final SessionExcerpt excerpt;
    private final FloatType stateType;
    private final Optional<Path> folder;

    private Snapshot(String name, SessionExcerpt excerpt, FloatType stateType, Optional<Path> folder) {
        this.name = name;
        this.excerpt = excerpt;
        this.stateType = stateType;
        this.folder = folder;
    }

    /**
     * A snapshot of all that a session holds.
     *
     * @param name the file's name without its ending
     * @return the snapshot
     * @throws BadRequestException if it is no plain file name that works on every system
     */
    public static Snapshot named(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new BadRequestException("A snapshot cannot be named \"" + Places.escape(name)
                    + "\"; a name is up to 100 letters (a to z), digits, underscores, hyphens, dots and blanks, and"
                    + " neither begins nor ends with a dot or a blank.");
        }
        return new Snapshot(name, SessionExcerpt.WHOLE, FloatType.F32, Optional.empty());
    }

    /**
     * {@return a snapshot of the points of some names alone}
     *
     * @param names the points' names, in any order
     */
    public Snapshot ofPoints(String... names) {
        return new Snapshot(name, excerpt.ofPoints(List.of(names)), stateType, folder);
    }

    /**
     * {@return a snapshot of some tokens alone, also of the arrays that have a value for each token}
     *
     * @param indices places in the session, counted from 0; −1 is the last, −2 the one before, …
     */
    public Snapshot ofTokens(int... indices) {
        return new Snapshot(
                name, excerpt.ofTokens(Arrays.stream(indices).boxed().toList()), stateType, folder);
    }

    /**
     * {@return a snapshot that keeps the further arrays of some names alone}
     *
     * @param names the arrays' names; without any, none is kept
     */
    public Snapshot ofArrays(String... names) {
        return new Snapshot(name, excerpt.ofArrays(List.of(names)), stateType, folder);
    }

    /**
     * {@return a snapshot whose file keeps the states of the stream in another type} What F16 and BF16 round away, for
     * half the room, is allowed in addition to the tolerance.
     *
     * @param type the type the file is written with
     */
    public Snapshot keptAs(FloatType type) {
        return new Snapshot(name, excerpt, type, folder);
    }

    /**
     * {@return a snapshot whose file lies in another folder}
     *
     * @param newFolder the folder; a relative one begins at the test class's module
     */
    public Snapshot in(Path newFolder) {
        return new Snapshot(name, excerpt, stateType, Optional.of(newFolder));
    }

    String name() {
        return name;
    }

    SessionExcerpt excerpt() {
        return excerpt;
    }

    FloatType stateType() {
        return stateType;
    }

    /** The file of this snapshot for a test class. */
    Path fileFor(TestModule module, Class<?> testClass) {
        Path within = folder.orElseGet(() -> TestModule.resources(testClass));
        return module.folder().resolve(within).resolve(name + ".safetensors").normalize();
    }

    @Override
    public String toString() {
        return "snapshot \"" + name + "\"";
    }
}
