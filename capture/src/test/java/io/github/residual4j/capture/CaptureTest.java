package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.TokenProbability;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureTest {
    private static LanguageModel model;

    @BeforeAll
    static void open() {
        model = LanguageModel.embedded();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"paris", "unicode", "single", "long"})
    void streamFinalAndLogitsAreThoseOfTheReference(String name) {
        Reference reference = Reference.of(name);
        ActivationSession session = model.capture(reference.text());
        assertThat(session.tokens()).extracting(t -> t.id().getAsLong()).containsExactly(boxed(reference.ids()));
        reference.assertStream(session);
        reference.assertFinal(session);
        assertThat(session.arrays().get(ActivationSession.LOGITS).shape()).containsExactly(1, 1, 4096);
        Reference.assertClose(
                "logits", session.arrays().get(ActivationSession.LOGITS).toArray(), reference.values("logits_last"), 0);
    }

    @Test
    void aCheckpointWithoutTokenizerRunsFromIds() {
        Reference reference = Reference.of("micro");
        try (LanguageModel micro = LanguageModel.load(Reference.micro())) {
            ActivationSession session = micro.capture(reference.ids());
            reference.assertStream(session);
            reference.assertFinal(session);
            assertThat(session.text()).isEmpty();
            assertThat(session.modelName()).contains("micro");
            assertThat(session.tokens().get(1)).isEqualTo(Token.of(1, 14));
            assertThat(session.topTokens(1).get(0).text()).isEmpty();
        }
    }

    @Test
    void pointsAreTheWholeStreamInOrder() {
        ActivationSession session = model.capture("x");
        assertThat(session.points())
                .isEqualTo(
                        IntStream.range(0, 17).mapToObj(StreamPoint::canonical).toList());
        assertThat(session.namesAssumed()).isFalse();
        assertThat(session.arrays()).containsOnlyKeys(ActivationSession.FINAL, ActivationSession.LOGITS);
    }

    @Test
    void parisIsTheCapitalOfFrance() {
        List<TokenProbability> top = model.capture("Paris is the capital of").topTokens(5);
        assertThat(top.get(0).text()).contains(" France");
        assertThat(top.get(0).probability()).isBetween(0.6, 0.7); // 0.65 by the model card
        assertThat(top).allSatisfy(token -> assertThat(token.text()).isPresent());
    }

    @Test
    void aHundredLikeliestTokensCanBeNamed() {
        ActivationSession session = model.capture("The capital of Japan is");
        assertThat(session.topTokens(100))
                .allSatisfy(token -> assertThat(token.text()).isPresent());
        assertThat(session.topTokens(101).get(100).text()).isEmpty();
    }

    @Test
    void provenanceSaysWhatRan() throws Exception {
        Instant before = Instant.now();
        ActivationSession session = model.capture("x");
        byte[] weights = LanguageModel.class
                .getResourceAsStream("tiny-gpt2/model.safetensors")
                .readAllBytes();
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(weights));
        assertThat(session.provenance().modelSha256()).contains(sha256);
        assertThat(sha256).isEqualTo("9848d7e4ed08780ed0462f4325936c5b148ec1d2e2c8f384011c4b408607005b"); // model card
        assertThat(session.provenance().runtime()).contains("ONNX Runtime 1.28.0");
        assertThat(session.provenance().executionProvider()).contains("CPUExecutionProvider");
        assertThat(session.provenance().optimizationLevel()).contains("all");
        assertThat(session.provenance().prependBos()).isFalse();
        assertThat(session.provenance().layerNormEpsilon()).hasValue(1e-5);
        assertThat(session.provenance().created().orElseThrow()).isBetween(before, before.plus(Duration.ofMinutes(1)));
        assertThat(session.modelName()).contains("tiny-gpt2");
        assertThat(session.text()).contains("x");
    }

    @Test
    void tokensReadAsTheirPartsOfTheText() {
        assertThat(model.tokenize("Paris is the capital of"))
                .extracting(Token::label)
                .containsExactly("Par", "is", " is", " the", " capital", " of");
        assertThat(model.capture("Paris is").tokens()).isEqualTo(model.tokenize("Paris is"));
    }

    @Test
    void partsOfACharacterReadAsTheReplacementCharacter() {
        List<Token> globe = model.tokenize("\uD83C\uDF0D"); // one character of four bytes
        assertThat(globe).hasSizeGreaterThan(1).extracting(Token::text).containsOnly(Optional.of("\uFFFD"));
        assertThat(model.decode(
                        globe.stream().mapToLong(t -> t.id().getAsLong()).toArray()))
                .isEqualTo("\uD83C\uDF0D");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "\n\n  \t",
                "Bogotá, México — naïve 東京 🌍",
                "a\u0000b",
                "<|endoftext|>",
                "e\u0301",
                "  two  spaces "
            })
    void decodingUndoesTokenizing(String text) {
        long[] ids =
                model.tokenize(text).stream().mapToLong(t -> t.id().getAsLong()).toArray();
        assertThat(model.decode(ids)).isEqualTo(text);
        assertThat(model.capture(ids).text()).contains(text);
    }

    @Test
    void aSpecialTokenSpelledOutIsThatToken() {
        assertThat(model.tokenize("<|endoftext|>")).containsExactly(Token.of(0, 4095, "<|endoftext|>"));
    }

    @Test
    void theModelTellsItsConfiguration() {
        assertThat(model.config().blocks()).isEqualTo(8);
        assertThat(model.config().heads()).isEqualTo(5);
        assertThat(model.config().width()).isEqualTo(160);
        assertThat(model.config().vocabulary()).isEqualTo(4096);
        assertThat(model.config().context()).isEqualTo(256);
        assertThat(model.name()).isEqualTo("tiny-gpt2");
        assertThat(model).hasToString("tiny-gpt2: GPT-2 of 8 layers, 5 heads, width 160");
    }

    private static Long[] boxed(long[] values) {
        Long[] boxed = new Long[values.length];
        for (int i = 0; i < values.length; i++) {
            boxed[i] = values[i];
        }
        return boxed;
    }
}
