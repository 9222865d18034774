package io.github.residual4j.capture.testing;

import static io.github.residual4j.testing.ActivationAssertions.assertThat;
import static io.github.residual4j.testing.ActivationAssertions.atol;
import static io.github.residual4j.testing.ActivationAssertions.snapshot;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.testing.ActivationSoftAssertions;
import org.assertj.core.api.SoftAssertionsProvider;
import org.junit.jupiter.api.Test;

/** The README's example of testing activations. Its snapshot is made by src/test/reference/snapshot.py. */
@ModelUnderTest
class ParisTest {
    @Test
    void keepsItsShape(@Capture("Paris is the capital of") ActivationSession session) {
        assertThat(session)
                .hasPoints(17)
                .hasTokens("Par", "is", " is", " the", " capital", " of")
                .isFinite()
                .hasNoMassiveActivations();
        assertThat(session).point("blocks.3.resid_mid").token(4).normBetween(1, 100);
    }

    @Test
    void isTheSameInEveryCapture(LanguageModel model, @Capture("Tokyo is the capital of") ActivationSession session) {
        assertThat(model.capture("Tokyo is the capital of"))
                .matches(session, atol(1e-5).rtol(1e-5));
    }

    @Test
    void keepsItsNumbers(@Capture("Paris is the capital of") ActivationSession session) {
        assertThat(session)
                .matchesSnapshot(snapshot("paris").ofTokens(-1), atol(1e-4).rtol(1e-3));
    }

    @Test
    void differsFromTokyo(LanguageModel model, @Capture("Paris is the capital of") ActivationSession paris) {
        ActivationSession tokyo = model.capture("Tokyo is the capital of");
        SoftAssertionsProvider.assertSoftly(ActivationSoftAssertions.class, softly -> {
            softly.assertThat(paris).point("embed").lastToken().isFinite();
            softly.assertThat(paris)
                    .point("blocks.7.resid_post")
                    .lastToken()
                    .cosineWith(tokyo.vector(16, tokyo.tokens().size() - 1))
                    .isLessThan(0.5);
        });
    }
}
