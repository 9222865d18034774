package io.github.residual4j.testing;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.StreamStatistics;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.util.CheckReturnValue;

/**
 * AssertJ's soft assertions with those about sessions added: all failures are reported together, those of points,
 * tokens and dimensions included.
 *
 * <pre>{@code
 * SoftAssertionsProvider.assertSoftly(ActivationSoftAssertions.class, softly -> {
 *     softly.assertThat(session).hasTokens(5);
 *     softly.assertThat(session).point("embed").isFinite().lastToken().normBetween(1, 10);
 * });
 * }</pre>
 *
 * A request that makes no sense, such as one for a point that does not exist, is thrown at once.
 */
public class ActivationSoftAssertions extends SoftAssertions {
    /**
     * Begins assertions about a session whose failures are collected.
     *
     * @param actual what the assertions are about
     * @return assertions about it
     */
    @CheckReturnValue
    public ActivationSessionAssert assertThat(ActivationSession actual) {
        return proxy(ActivationSessionAssert.class, ActivationSession.class, actual)
                .collectingIn(this);
    }

    /**
     * Begins assertions about statistics over many sessions whose failures are collected.
     *
     * @param actual what the assertions are about
     * @return assertions about them
     */
    @CheckReturnValue
    public StreamStatisticsAssert assertThat(StreamStatistics actual) {
        return proxy(StreamStatisticsAssert.class, StreamStatistics.class, actual);
    }
}
