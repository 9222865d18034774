package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The real GPT-2 124M, in the folder that {@code -Dresidual4j.gpt2=FOLDER} names. */
@EnabledIfSystemProperty(
        named = RealGpt2Test.PROPERTY,
        matches = ".+",
        disabledReason = "needs the checkpoint openai-community/gpt2: -D" + RealGpt2Test.PROPERTY + "=FOLDER")
class RealGpt2Test {
    static final String PROPERTY = "residual4j.gpt2";

    private static final String TEXT = "Paris is the capital of";

    @Test
    void lastHiddenStateIsHuggingFaces() throws IOException {
        List<Float> expected =
                Files.readAllLines(Reference.resource("/reference/gpt2-paris-hidden12-last-token.csv")).stream()
                        .filter(line -> !line.startsWith("#"))
                        .map(Float::valueOf)
                        .toList();
        try (LanguageModel model = LanguageModel.load(Path.of(System.getProperty(PROPERTY)))) {
            ActivationSession session = model.capture(TEXT);
            assertThat(session.tokens())
                    .extracting(token -> token.id().getAsLong())
                    .containsExactly(40313L, 318L, 262L, 3139L, 286L);
            ActivationSession hidden = session.huggingFaceHiddenStates();
            assertThat(hidden.points()).hasSize(13);
            float[] actual = hidden.vector(12, 4);
            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < actual.length; i++) {
                float e = expected.get(i);
                assertThat(Math.abs(actual[i] - e))
                        .as("dimension %d: %s, expected %s", i, actual[i], e)
                        .isLessThanOrEqualTo(1e-4f + 1e-3f * Math.abs(e)); // the values have 5 significant digits
            }
        }
    }
}
