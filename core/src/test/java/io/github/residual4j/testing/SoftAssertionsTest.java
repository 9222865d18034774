package io.github.residual4j.testing;

import static io.github.residual4j.testing.ActivationAssertions.atol;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import org.assertj.core.api.SoftAssertionsProvider;
import org.assertj.core.api.junit.jupiter.InjectSoftAssertions;
import org.assertj.core.api.junit.jupiter.SoftAssertionsExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SoftAssertionsExtension.class)
class SoftAssertionsTest {
    private final ActivationSession session = SmallSessions.numbered();

    @InjectSoftAssertions
    private ActivationSoftAssertions injected;

    @Test
    void areInjectedByAssertJsExtension() {
        injected.assertThat(session).hasPoints(3).point("embed").token(0).isFinite();
        injected.assertThat("text").hasSize(4);
    }

    @Test
    void collectWhatFailsOnEveryLevel() {
        ActivationSoftAssertions softly = new ActivationSoftAssertions();

        softly.assertThat(session).as("Paris").hasPoints(17).hasTokens(5);
        softly.assertThat(session)
                .as("Paris")
                .point("embed")
                .hasShape(1)
                .token(1)
                .normBetween(0, 1)
                .dimension(0)
                .isCloseTo(3, atol(1))
                .isNegative();
        softly.assertThat(session)
                .point("embed")
                .token(1)
                .cosineWith(new float[] {-1, 0})
                .isGreaterThan(0.99);
        softly.assertThat(session).array("final").at(0, 1).hasShape(7);
        softly.assertThat("text").hasSize(5);

        assertThat(softly.errorsCollected())
                .extracting(failure -> failure.getMessage().lines().findFirst().orElse(""))
                .containsExactly(
                        "[Paris] Expecting 17 points but there are 3:",
                        "[Paris] Expecting 5 tokens but there are 3:",
                        "[Paris] Expecting embed to have the shape [1] but it has [3, 2].",
                        "[Paris] Expecting an L2 norm between 0.0 and 1.0 but that of",
                        "[Paris, embed, token 1 \"is\", dimension 0] Expecting the value",
                        "[Paris, embed, token 1 \"is\", dimension 0] ",
                        "[cosine of embed, token 1 \"is\"] ",
                        "Expecting final, token 1 \"is\" to have the shape [7] but it has [2].",
                        "");
    }

    @Test
    void throwWrongRequestsAtOnce() {
        assertThatThrownBy(() -> SoftAssertionsProvider.assertSoftly(
                        ActivationSoftAssertions.class,
                        softly -> softly.assertThat(session).point("nowhere").isFinite()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageStartingWith("No point is named \"nowhere\"");
    }
}
