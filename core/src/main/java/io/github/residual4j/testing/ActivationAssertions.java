package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.hook.FloatTensor;
import org.assertj.core.api.Assertions;
import org.assertj.core.util.CheckReturnValue;

/**
 * The way into assertions about activations. One static import of it gives AssertJ's own {@code assertThat} as well;
 * beside an import of that it stands too:
 *
 * <pre>{@code
 * assertThat(session).hasPoints(17).hasNoNaN();
 * assertThat(session).point("blocks.3.resid_mid").token(4).isCloseTo(expected, atol(1e-4).rtol(1e-3));
 * }</pre>
 */
public final class ActivationAssertions extends Assertions {
    private ActivationAssertions() {}

    /**
     * Begins assertions about a session.
     *
     * @param actual what the assertions are about
     * @return assertions about it
     */
    @CheckReturnValue
    public static ActivationSessionAssert assertThat(ActivationSession actual) {
        return new ActivationSessionAssert(actual);
    }

    /**
     * Begins assertions about an array, whose places are told by index.
     *
     * @param actual what the assertions are about
     * @return assertions about it
     */
    @CheckReturnValue
    public static ArrayAssert assertThat(FloatTensor actual) {
        return new ArrayAssert(ActivationSlice.of(actual));
    }

    /**
     * Begins assertions about statistics over many sessions.
     *
     * @param actual what the assertions are about
     * @return assertions about them
     */
    @CheckReturnValue
    public static StreamStatisticsAssert assertThat(StreamStatistics actual) {
        return new StreamStatisticsAssert(actual);
    }

    /**
     * {@return a snapshot that can be narrowed} {@code snapshot("paris").ofPoints("embed").ofTokens(-1)} is an example.
     *
     * @param name the file's name without its ending
     */
    public static Snapshot snapshot(String name) {
        return Snapshot.named(name);
    }

    /**
     * {@return a tolerance that allows an absolute difference; {@code .rtol(…)} adds a relative one}
     *
     * @param atol the absolute difference allowed, in the units of the stream
     */
    public static Tolerance atol(double atol) {
        return Tolerance.EXACT.atol(atol);
    }

    /**
     * {@return a tolerance that allows a share of the expected magnitude; {@code .atol(…)} adds an absolute difference}
     *
     * @param rtol the difference allowed for each unit of the expected magnitude
     */
    public static Tolerance rtol(double rtol) {
        return Tolerance.EXACT.rtol(rtol);
    }
}
