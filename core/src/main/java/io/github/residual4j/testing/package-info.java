/**
 * Assertions for tests of activations, on top of AssertJ, which the project that uses them brings along.
 *
 * <pre>{@code
 * import static io.github.residual4j.testing.ActivationAssertions.assertThat;
 * import static io.github.residual4j.testing.ActivationAssertions.atol;
 *
 * ActivationSession session = model.capture("Paris is the capital of");
 * assertThat(session)
 *         .hasPoints(17)
 *         .hasTokens("Par", "is", " is", " the", " capital", " of")
 *         .isFinite();
 * assertThat(session)
 *         .point("blocks.3.resid_mid")
 *         .token(4)
 *         .isCloseTo(expected, atol(1e-4).rtol(1e-3));
 * assertThat(session).point("blocks.7.resid_post").lastToken().cosineWith(direction).isGreaterThan(0.5);
 * }</pre>
 *
 * <p>{@code matchesSnapshot("paris")} holds a session against one that was kept in a file beside the test's sources; see
 * {@link io.github.residual4j.testing.Snapshot}.
 *
 * <p>A failure names point, token and dimension, tells what was expected, what was found and what difference is
 * allowed, and counts the other values that differ. A request that makes no sense (a point that does not exist, a
 * negative tolerance) is a {@link io.github.residual4j.error.BadRequestException}, not a failed assertion.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.testing;

import org.jspecify.annotations.NullMarked;
