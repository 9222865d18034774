package io.github.residual4j.examples;

import static io.github.residual4j.capture.testing.ModelAssertions.assertThat;
import static io.github.residual4j.testing.ActivationAssertions.assertThat;
import static io.github.residual4j.testing.ActivationAssertions.atol;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.capture.Edit;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.capture.testing.Capture;
import io.github.residual4j.capture.testing.ModelUnderTest;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.testing.Snapshot;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An example: tests that guard a model's behaviour and its stream, as a project that ships one would have them. */
@ModelUnderTest
class CapitalsModelTest {
    @Test
    void knowsTheCapitalOfJapan(@Capture("Tokyo is the capital of") ActivationSession session) {
        assertThat(session.topTokens(1).get(0).text()).contains(" Japan");
        assertThat(session).hasPoints(17).isFinite().hasNoMassiveActivations();
        assertThat(session).point("blocks.7.resid_post").lastToken().normBetween(5, 50);
    }

    @Test
    void readsTheCapitalInItsEarlyAttention(LanguageModel model) {
        assertThat(model)
                .on("Paris is the capital of")
                .ablating(Edit.zero(HookPoint.ATTENTION_OUTPUT).block(3))
                .answer(" France")
                .losesProbability(0.5);
    }

    @Test
    void keepsItsStreamWhenWeightsAreRounded(
            @Capture("Paris is the capital of") ActivationSession expected, @TempDir Path folder) {
        try (LanguageModel rounded = LanguageModel.load(EmbeddedCopy.writeRounded(folder))) {
            ActivationSession session = rounded.capture("Paris is the capital of");
            assertThat(session).point("blocks.3.resid_mid").cosineWith(expected).isGreaterThan(0.99);
        }
    }

    @Test
    void endsWhereItEndedBefore(@Capture("Tokyo is the capital of") ActivationSession session) {
        // written by: mvn -pl examples -am test -Dtest=CapitalsModelTest -Dresidual4j.snapshots=update
        assertThat(session)
                .matchesSnapshot(
                        Snapshot.named("tokyo").ofPoints("blocks.7.resid_post").ofArrays("final"));
    }

    @Test
    void isTheSameFromAFolder(@Capture("Paris is the capital of") ActivationSession expected, @TempDir Path folder) {
        try (LanguageModel copy = LanguageModel.load(EmbeddedCopy.write(folder))) {
            assertThat(copy.capture("Paris is the capital of"))
                    .matches(expected, atol(1e-4).rtol(1e-3));
        }
    }
}
