package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Why a session is not the expected one: what it is made of is held against each other first, and then the values. */
final class SessionDifference {
    private final ActivationSession actual;
    private final ActivationSession expected;

    SessionDifference(ActivationSession actual, ActivationSession expected) {
        this.actual = actual;
        this.expected = expected;
    }

    /** What differs by more than the tolerance, if anything does. */
    Optional<String> explanation(Tolerance tolerance) {
        return explanation(tolerance, tolerance);
    }

    /** What differs, if states may differ by more than the values of arrays. */
    Optional<String> explanation(Tolerance ofStates, Tolerance ofArrays) {
        return ListDifference.of("point", pointNames(actual), pointNames(expected))
                .or(() -> ListDifference.of("token", tokens(actual, expected), tokens(expected, actual)))
                .or(this::widths)
                .or(() -> ListDifference.of("array", arrayNames(actual), arrayNames(expected)))
                .or(this::shapes)
                .or(() -> values(ofStates, ofArrays))
                .map(message -> message + models());
    }

    private static List<String> pointNames(ActivationSession session) {
        return session.points().stream()
                .map(point -> "\"" + point.name() + "\"")
                .toList();
    }

    private static List<String> arrayNames(ActivationSession session) {
        return session.arrays().keySet().stream()
                .sorted()
                .map(name -> "\"" + name + "\"")
                .toList();
    }

    /** A session's tokens in words, leaving out what the other session does not know of the same token. */
    private static List<String> tokens(ActivationSession session, ActivationSession other) {
        return IntStream.range(0, session.tokens().size())
                .mapToObj(i -> {
                    Token token = session.tokens().get(i);
                    Token twin = other.tokens().get(Math.min(i, other.tokens().size() - 1));
                    List<String> words = new ArrayList<>();
                    token.text()
                            .filter(text -> twin.text().isPresent())
                            .ifPresent(text -> words.add("\"" + Places.escape(text) + "\""));
                    if (token.id().isPresent() && twin.id().isPresent()) {
                        words.add("id " + token.id().getAsLong());
                    }
                    if (words.isEmpty() || token.position() != i || twin.position() != i) {
                        words.add("position " + token.position());
                    }
                    return String.join(" ", words);
                })
                .toList();
    }

    private Optional<String> widths() {
        return actual.width() == expected.width()
                ? Optional.empty()
                : Optional.of("Expecting states of width " + expected.width() + " but they are of width "
                        + actual.width() + ".");
    }

    private Optional<String> shapes() {
        for (String name : new TreeSet<>(expected.arrays().keySet())) {
            int[] shape = actual.arrays().get(name).shape();
            int[] expectedShape = expected.arrays().get(name).shape();
            if (!Arrays.equals(shape, expectedShape)) {
                return Optional.of("Expecting array \"" + name + "\" to have the shape "
                        + Arrays.toString(expectedShape) + " but it has " + Arrays.toString(shape) + ".");
            }
        }
        return Optional.empty();
    }

    private Optional<String> values(Tolerance ofStates, Tolerance ofArrays) {
        Deviations deviations = new Deviations();
        for (int p = 0; p < actual.points().size(); p++) {
            deviations.compare(Places.ofPoint(actual, p), actual.state(p), expected.state(p), ofStates);
        }
        for (String name : new TreeSet<>(actual.arrays().keySet())) {
            FloatTensor values = actual.arrays().get(name);
            deviations.compare(
                    Places.ofArray(actual, name),
                    values.asBuffer(),
                    expected.arrays().get(name).asBuffer(),
                    ofArrays);
        }
        return deviations.explanation();
    }

    /** That the sessions are of different models, which explains most differences. */
    private String models() {
        Optional<String> hash = actual.provenance().modelSha256();
        Optional<String> expectedHash = expected.provenance().modelSha256();
        boolean known = hash.isPresent() && expectedHash.isPresent();
        return known && !hash.equals(expectedHash)
                ? "\nThe weights are others than the expected ones: " + hash.get() + " instead of " + expectedHash.get()
                        + "."
                : "";
    }
}
