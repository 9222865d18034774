package io.github.residual4j.capture.testing;

import io.github.residual4j.capture.LanguageModel;
import org.assertj.core.util.CheckReturnValue;

/**
 * The way into assertions about what a model answers, and what a change of its inside does to the answer. Its static import
 * stands beside that of {@link io.github.residual4j.testing.ActivationAssertions}:
 *
 * <pre>{@code
 * assertThat(model).on("Paris is the capital of").answer(" France").isFirst();
 * assertThat(model)
 *         .on("Paris is the capital of")
 *         .ablating(Edit.zero(HookPoint.MLP_OUTPUT).block(0))
 *         .answer(" France")
 *         .losesProbability(0.3);
 * }</pre>
 *
 * <p>AssertJ is brought along by the project that uses this.
 */
public final class ModelAssertions {
    private ModelAssertions() {}

    /**
     * Begins assertions about a model.
     *
     * @param actual the model, open
     * @return assertions about it
     */
    @CheckReturnValue
    public static ModelAssert assertThat(LanguageModel actual) {
        return new ModelAssert(actual);
    }
}
