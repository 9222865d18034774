package io.github.residual4j.examples;

import static io.github.residual4j.testing.ActivationAssertions.assertThat;
import static io.github.residual4j.testing.ActivationAssertions.atol;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.capture.Gpt2;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An example: tests that guard a model's behaviour and its stream, as a project that ships one would have them. */
class CapitalsModelTest {
    private static Gpt2 model;

    @BeforeAll
    static void open() {
        model = Gpt2.embedded(); // or the model under test: Gpt2.load(path)
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void knowsTheCapitalOfJapan() {
        ActivationSession session = model.capture("Tokyo is the capital of");
        assertThat(session.topTokens(1))
                .extracting(TokenProbability::text)
                .first()
                .asString()
                .contains(" Japan");
        assertThat(session).hasPoints(17).isFinite().hasNoMassiveActivations();
        assertThat(session).point("blocks.7.resid_post").lastToken().normBetween(5, 50);
    }

    @Test
    void keepsItsStreamWhenWeightsAreRounded(@TempDir Path folder) {
        ActivationSession expected = model.capture("Tokyo is the capital of");
        try (Gpt2 rounded = Gpt2.load(EmbeddedCopy.writeRounded(folder))) {
            ActivationSession session = rounded.capture("Tokyo is the capital of");
            assertThat(session).point("blocks.3.resid_mid").cosineWith(expected).isGreaterThan(0.99);
        }
        try (Gpt2 copy = Gpt2.load(EmbeddedCopy.write(folder))) {
            assertThat(copy.capture("Tokyo is the capital of"))
                    .matches(expected, atol(1e-4).rtol(1e-3));
        }
    }
}
