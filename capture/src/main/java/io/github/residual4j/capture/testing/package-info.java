/**
 * Models and captured sessions as parameters of JUnit 5 tests; JUnit is brought along by the project that uses this.
 * {@link io.github.residual4j.capture.testing.ModelUnderTest} is where to begin.
 *
 * <pre>{@code
 * import static io.github.residual4j.testing.ActivationAssertions.assertThat;
 *
 * @ModelUnderTest
 * class ParisTest {
 *     @Test
 *     void growsAlongTheStream(@Capture("Paris is the capital of") ActivationSession session) {
 *         assertThat(session).hasPoints(17).isFinite();
 *     }
 *
 *     @Test
 *     void splitsText(LanguageModel model) {
 *         assertEquals(6, model.tokenize("Paris is the capital of").size());
 *     }
 * }
 * }</pre>
 *
 * <p>Nothing here is null unless marked {@code @Nullable}.
 */
@NullMarked
package io.github.residual4j.capture.testing;

import org.jspecify.annotations.NullMarked;
