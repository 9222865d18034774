package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.MassiveActivations;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.assertj.core.util.CheckReturnValue;

/** What can be asserted of a whole session, and the way to its points, tokens and arrays. */
public class ActivationSessionAssert extends NavigatingAssert<ActivationSessionAssert, ActivationSession> {
    /** @param actual the session */
    public ActivationSessionAssert(ActivationSession actual) {
        super(actual, ActivationSessionAssert.class);
    }

    /**
     * Asserts how many points the session holds.
     *
     * @param expected the number, or all names
     * @return these assertions
     */
    public ActivationSessionAssert hasPoints(int expected) {
        isNotNull();
        return hasCount("points", actual.points().size(), expected, actual.points());
    }

    /**
     * Asserts the names of all points, in order.
     *
     * @param expected the number, or all names
     * @return these assertions
     */
    public ActivationSessionAssert hasPoints(String... expected) {
        isNotNull();
        List<String> names =
                actual.points().stream().map(point -> quoted(point.name())).toList();
        return check(ListDifference.of(
                "point",
                names,
                Arrays.stream(expected).map(ActivationSessionAssert::quoted).toList()));
    }

    /**
     * Asserts how many tokens the session holds.
     *
     * @param expected the number, or all texts
     * @return these assertions
     */
    public ActivationSessionAssert hasTokens(int expected) {
        isNotNull();
        return hasCount("tokens", actual.tokens().size(), expected, labels());
    }

    /**
     * Asserts the texts of all tokens, in order, blanks included: {@code hasTokens("Paris", " is")}.
     *
     * @param expected the number, or all texts
     * @return these assertions
     */
    public ActivationSessionAssert hasTokens(String... expected) {
        isNotNull();
        return check(ListDifference.of(
                "token",
                labels(),
                Arrays.stream(expected).map(ActivationSessionAssert::quoted).toList()));
    }

    private List<String> labels() {
        return actual.tokens().stream()
                .map(token -> token.text().map(ActivationSessionAssert::quoted).orElse("(text not known)"))
                .toList();
    }

    /**
     * Asserts the ids of all tokens, in order.
     *
     * @param expected all ids
     * @return these assertions
     */
    public ActivationSessionAssert hasTokenIds(long... expected) {
        isNotNull();
        return check(ListDifference.of(
                "token id",
                actual.tokens().stream().map(ActivationSessionAssert::id).toList(),
                Arrays.stream(expected).mapToObj(String::valueOf).toList()));
    }

    private static String id(Token token) {
        return token.id().isPresent() ? String.valueOf(token.id().getAsLong()) : "(id not known)";
    }

    /**
     * Asserts the number of dimensions of the stream.
     *
     * @param expected the number
     * @return these assertions
     */
    public ActivationSessionAssert hasWidth(int expected) {
        isNotNull();
        if (actual.width() != expected) {
            throw failureWithActualExpected(
                    actual.width(),
                    expected,
                    "%s",
                    "Expecting states of width " + expected + " but they are of width " + actual.width() + ".");
        }
        return myself;
    }

    private ActivationSessionAssert hasCount(String noun, int count, int expected, List<?> all) {
        if (count != expected) {
            throw failureWithActualExpected(
                    count,
                    expected,
                    "%s",
                    "Expecting " + expected + " " + noun + " but there are " + count + ":\n  " + all);
        }
        return myself;
    }

    /**
     * {@return all tokens' states at the point of this name}
     *
     * @param name the point's name
     * @throws BadRequestException if no point has it, or more than one
     */
    @CheckReturnValue
    public PointAssert point(String name) {
        isNotNull();
        return point(actual.point(name).index());
    }

    /**
     * {@return all tokens' states at a point: this session's own, or else the one of the same name}
     *
     * @param point the point
     * @throws BadRequestException if this session has no such point
     */
    @CheckReturnValue
    public PointAssert point(StreamPoint point) {
        isNotNull();
        return actual.points().contains(point) ? point(point.index()) : point(point.name());
    }

    private PointAssert point(int index) {
        return next(PointAssert.class, ActivationSlice.class, ActivationSlice.ofPoint(actual, index), PointAssert::new);
    }

    /**
     * {@return one of the further arrays, such as {@link ActivationSession#FINAL}}
     *
     * @param name the array's name
     * @throws BadRequestException if the session does not hold it
     */
    @CheckReturnValue
    public ArrayAssert array(String name) {
        isNotNull();
        return next(ArrayAssert.class, ActivationSlice.class, ActivationSlice.ofArray(actual, name), ArrayAssert::new);
    }

    /**
     * Asserts that no value of the points and of the further arrays is NaN.
     *
     * @return these assertions
     */
    public ActivationSessionAssert hasNoNaN() {
        isNotNull();
        return check(UnwantedValues.in(actual, UnwantedValues.Kind.NAN).explanation());
    }

    /**
     * Asserts that no value of the points and of the further arrays is infinite.
     *
     * @return these assertions
     */
    public ActivationSessionAssert hasNoInfinity() {
        isNotNull();
        return check(UnwantedValues.in(actual, UnwantedValues.Kind.INFINITY).explanation());
    }

    /**
     * Asserts that no value of the points and of the further arrays is NaN or infinite.
     *
     * @return these assertions
     */
    public ActivationSessionAssert isFinite() {
        isNotNull();
        return check(UnwantedValues.in(actual, UnwantedValues.Kind.NOT_FINITE).explanation());
    }

    /**
     * Asserts that no value of the stream is above 100 and at least 1000 times the median magnitude of its point, the
     * criterion of {@link ResidualAnalyzer#massiveActivations()}. GPT-2's first position has such values by nature; see
     * {@link #hasNoMassiveActivations(Function)} to leave it out.
     *
     * @return these assertions
     */
    public ActivationSessionAssert hasNoMassiveActivations() {
        isNotNull();
        return check(MassiveCriterion.USUAL.explanation(actual));
    }

    /**
     * As {@link #hasNoMassiveActivations()}, above another magnitude and another multiple of the median magnitude.
     *
     * @param magnitude the magnitude that has to be passed, in the units of the stream
     * @param ratio the multiple of the point's median magnitude that has to be reached
     * @return these assertions
     */
    public ActivationSessionAssert hasNoMassiveActivations(double magnitude, double ratio) {
        isNotNull();
        return check(MassiveCriterion.of(magnitude, ratio).explanation(actual));
    }

    /**
     * As {@link #hasNoMassiveActivations()}, in a view of one's own: {@code hasNoMassiveActivations(analyzer ->
     * analyzer.withoutFirstPosition().massiveActivations())}.
     *
     * @param find asks for massive activations, in whichever view and above whichever bounds
     * @return these assertions
     */
    public ActivationSessionAssert hasNoMassiveActivations(Function<ResidualAnalyzer, MassiveActivations> find) {
        isNotNull();
        return check(new MassiveCriterion("", find).explanation(actual));
    }

    /**
     * Asserts that another session is matched within {@link Tolerance#CAPTURES}.
     *
     * @param expected the session to be matched
     * @return these assertions
     */
    public ActivationSessionAssert matches(ActivationSession expected) {
        return matches(expected, Tolerance.CAPTURES);
    }

    /**
     * Asserts that points, tokens, width, arrays and their shapes are those of another session and that all values lie
     * near its values. What only one of the sessions knows of a token, and where the sessions come from, is not held
     * against each other.
     *
     * @param expected the session to be matched
     * @param tolerance how far values may differ
     * @return these assertions
     */
    public ActivationSessionAssert matches(ActivationSession expected, Tolerance tolerance) {
        isNotNull();
        return check(new SessionDifference(actual, expected).explanation(tolerance));
    }

    /**
     * Asserts that the session is the one in its {@link Snapshot}, within {@link Tolerance#CAPTURES}.
     *
     * @param name the snapshot's name
     * @return these assertions
     */
    public ActivationSessionAssert matchesSnapshot(String name) {
        return matchesSnapshot(Snapshot.named(name), Tolerance.CAPTURES);
    }

    /**
     * As {@link #matchesSnapshot(String)}, within another tolerance.
     *
     * @param name the snapshot's name
     * @param tolerance how far values may differ
     * @return these assertions
     */
    public ActivationSessionAssert matchesSnapshot(String name, Tolerance tolerance) {
        return matchesSnapshot(Snapshot.named(name), tolerance);
    }

    /**
     * As {@link #matchesSnapshot(String)}, for a snapshot that was narrowed.
     *
     * @param snapshot what of the session is held against what file
     * @return these assertions
     */
    public ActivationSessionAssert matchesSnapshot(Snapshot snapshot) {
        return matchesSnapshot(snapshot, Tolerance.CAPTURES);
    }

    /**
     * Asserts that what a snapshot keeps of this session is what its file holds: points, tokens, width, arrays and their
     * shapes, and within the tolerance the values. Fails if there is no file. When snapshots are being updated, writes
     * the file instead.
     *
     * @param snapshot what of the session is held against what file
     * @param tolerance how far values may differ
     * @return these assertions
     * @throws BadRequestException if the session lacks what the snapshot keeps, or the update is asked of a build server
     * @throws BadFileException if the file is damaged or cannot be written
     */
    public ActivationSessionAssert matchesSnapshot(Snapshot snapshot, Tolerance tolerance) {
        isNotNull();
        SnapshotMode mode =
                SnapshotMode.of(Optional.ofNullable(System.getProperty(SnapshotMode.PROPERTY)), System.getenv());
        return check(SnapshotFile.of(snapshot, CallingClass.find()).explanation(actual, mode, tolerance));
    }

    private static String quoted(String word) {
        return "\"" + Places.escape(word) + "\"";
    }
}
