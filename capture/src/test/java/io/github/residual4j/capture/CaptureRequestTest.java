package io.github.residual4j.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import io.github.residual4j.hook.Positions;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureRequestTest {
    private static final Reference MICRO = Reference.of("micro");
    private static final int TOKENS = MICRO.ids().length;

    private static LanguageModel model;

    @BeforeAll
    static void open() {
        model = LanguageModel.load(Reference.micro());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static CaptureRequest request() {
        return model.request(MICRO.ids());
    }

    private static void assertArray(ActivationSession session, String name, int... shape) {
        assertThat(session.arrays().get(name).shape()).as(name).containsExactly(shape);
        Reference.assertClose(name, session.arrays().get(name).toArray(), MICRO.values(name), 0);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "LN1_NORMALIZED",
                "Q",
                "K",
                "V",
                "Z",
                "ATTENTION_OUTPUT",
                "LN2_NORMALIZED",
                "MLP_PRE",
                "MLP_POST",
                "MLP_OUTPUT"
            })
    void eachPointOfABlockIsTheReferences(HookPoint point) {
        ActivationSession session = request().points(point).capture();
        for (int block = 0; block < 2; block++) {
            int[] shape = switch (point) {
                case Q, K, V, Z -> new int[] {1, TOKENS, 2, 8};
                case MLP_PRE, MLP_POST -> new int[] {1, TOKENS, 64};
                default -> new int[] {1, TOKENS, 16};
            };
            assertArray(session, point.nameIn(block), shape);
        }
        assertThat(session.arrays()).hasSize(2);
        assertThat(session.points()).extracting(StreamPoint::name).containsExactly("embed");
    }

    @Test
    void everyPointAtOnceIsTheReferences() {
        ActivationSession session = request().points(HookPoint.values()).capture();
        MICRO.assertStream(session);
        MICRO.assertFinal(session);
        assertThat(session.arrays().get("attention_patterns").shape()).containsExactly(2, 2, TOKENS, TOKENS);
        Reference.assertClose(
                "patterns", session.arrays().get("attention_patterns").toArray(), MICRO.values("patterns"), 0);
        assertThat(session.arrays().get("logits").shape()).containsExactly(1, TOKENS, 61);
        Reference.assertClose("logits", session.arrays().get("logits").toArray(), MICRO.values("logits"), 0);
        for (int block = 0; block < 2; block++) {
            assertArray(session, "blocks." + block + ".attn.z", 1, TOKENS, 2, 8);
            assertArray(session, "blocks." + block + ".attn.q", 1, TOKENS, 2, 8);
            assertArray(session, "blocks." + block + ".attn_out", 1, TOKENS, 16);
        }
    }

    @Test
    void patternsOfATrainedModelAreTheReferences() {
        Reference paris = Reference.of("paris");
        try (LanguageModel embedded = LanguageModel.embedded()) {
            ActivationSession session = embedded.request(paris.text())
                    .points(HookPoint.ATTENTION_PATTERN)
                    .capture();
            Reference.assertClose(
                    "patterns", session.arrays().get("attention_patterns").toArray(), paris.values("patterns"), 0);
        }
    }

    @Test
    void withoutFurtherWordsTheStreamIsKeptAndNoLogits() {
        ActivationSession session = request().capture();
        MICRO.assertStream(session);
        assertThat(session.arrays()).containsOnlyKeys("final");
        assertThatThrownBy(() -> session.topTokens(1)).isInstanceOf(BadRequestException.class);
    }

    @Test
    void residPreIsTheStateBefore() {
        ActivationSession session = request().points(HookPoint.RESID_PRE).capture();
        assertThat(session.points()).extracting(StreamPoint::name).containsExactly("embed", "blocks.0.resid_post");
    }

    @Test
    void singlePointsAreKeptBesideOthersEachInItsBlockAlone() {
        ActivationSession session = request()
                .points(HookPoint.RESID_POST)
                .also(HookKey.parse("blocks.1.hook_resid_pre"), HookKey.parse("blocks.1.mlp.hook_post"))
                .also(HookKey.of(HookPoint.LOGITS))
                .capture();
        assertThat(session.points())
                .extracting(StreamPoint::name)
                .containsExactly("blocks.0.resid_post", "blocks.1.resid_post");
        assertThat(session.arrays()).containsOnlyKeys("blocks.1.mlp.post", "logits");
        assertArray(session, "blocks.1.mlp.post", 1, TOKENS, 64);
        Reference.assertClose("logits", session.arrays().get("logits").toArray(), MICRO.values("logits"), 0);
        assertThat(request().also(HookKey.parse("blocks.0.attn.z")).capture().arrays())
                .containsOnlyKeys("blocks.0.attn.z", "final");
    }

    @Test
    void partsOfTheEmbeddingNeedNoFurtherBlock() {
        ActivationSession session =
                request().stopAfterBlock(0).points(HookPoint.TOKEN_EMBED).capture();
        assertThat(session.arrays().get("token_embed").shape()).containsExactly(1, TOKENS, 16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"last", "first three", "middle"})
    void positionsAreRecordedAndTheirValuesThoseOfTheWhole(String which) {
        Positions positions = switch (which) {
            case "last" -> Positions.last();
            case "first three" -> Positions.range(0, 3);
            default -> Positions.range(4, 9);
        };
        CaptureRequest everything = request().points(HookPoint.values());
        ActivationSession whole = everything.capture();
        ActivationSession part = everything.positions(positions).capture();
        int first = positions.first(TOKENS);
        int count = positions.count(TOKENS);
        assertThat(part.tokens()).isEqualTo(whole.tokens().subList(first, first + count));
        for (int p = 0; p < whole.points().size(); p++) {
            for (int t = 0; t < count; t++) {
                assertSame(whole.points().get(p).name(), part.vector(p, t), whole.vector(p, first + t));
            }
        }
        for (String name : whole.arrays().keySet()) {
            float[] all = whole.arrays().get(name).toArray();
            if (!name.equals("attention_patterns") && !name.endsWith("attn.scores")) {
                int row = all.length / TOKENS;
                assertSame(
                        name,
                        part.arrays().get(name).toArray(),
                        Arrays.copyOfRange(all, first * row, (first + count) * row));
            }
        }
        int end = first + count;
        assertThat(part.arrays().get("attention_patterns").shape()).containsExactly(2, 2, count, end);
        for (int t = 0; t < count; t++) {
            float[] pattern = new float[end];
            float[] wholePattern = new float[end];
            float[] scores = new float[end];
            float[] wholeScores = new float[end];
            for (int s = 0; s < end; s++) {
                pattern[s] = part.arrays().get("attention_patterns").get(1, 0, t, s);
                wholePattern[s] = whole.arrays().get("attention_patterns").get(1, 0, first + t, s);
                scores[s] = part.arrays().get("blocks.1.attn.scores").get(0, 1, t, s);
                wholeScores[s] = whole.arrays().get("blocks.1.attn.scores").get(0, 1, first + t, s);
            }
            assertSame("pattern", pattern, wholePattern);
            assertSame("scores", scores, wholeScores);
        }
    }

    private static void assertSame(String what, float[] actual, float[] expected) {
        CaptureAllTest.assertSame(what, FloatBuffer.wrap(actual), FloatBuffer.wrap(expected));
    }

    @Test
    void stoppingAfterABlockGivesTheSameStatesUpToIt() {
        ActivationSession whole = request().capture();
        ActivationSession stopped = request().stopAfterBlock(0).capture();
        assertThat(stopped.points())
                .extracting(StreamPoint::name)
                .containsExactly("embed", "blocks.0.resid_mid", "blocks.0.resid_post");
        assertThat(stopped.arrays()).isEmpty();
        for (int p = 0; p < 3; p++) {
            CaptureAllTest.assertSame(whole.points().get(p).name(), stopped.state(p), whole.state(p));
        }
    }

    @Test
    void blocksMayBePicked() {
        ActivationSession session = request()
                .points(HookPoint.RESID_POST, HookPoint.ATTENTION_PATTERN, HookPoint.FINAL)
                .blocks(1)
                .capture();
        assertThat(session.points()).extracting(StreamPoint::name).containsExactly("blocks.1.resid_post");
        assertThat(session.arrays()).containsOnlyKeys("blocks.1.attn.pattern", "final");
        assertThat(session.attentionPatterns()).containsOnlyKeys(1);
        float[] patterns = MICRO.values("patterns");
        Reference.assertClose(
                "pattern of block 1",
                session.arrays().get("blocks.1.attn.pattern").toArray(),
                patterns,
                patterns.length / 2);
    }

    @Test
    void logitsOfTheLastPositionOnly() {
        ActivationSession session =
                request().positions(Positions.range(0, 2)).lastLogits().capture();
        assertThat(session.arrays().get("logits").shape()).containsExactly(1, 1, 61);
        Reference.assertClose("logits", session.arrays().get("logits").toArray(), MICRO.values("logits_last"), 0);
    }

    @Test
    void theBeginningOfSequenceTokenIsPutBeforeOnRequest() {
        ActivationSession with = model.request(3, 14).prependBos().capture();
        ActivationSession spelledOut = model.request(60, 3, 14).capture();
        assertThat(with.provenance().prependBos()).isTrue();
        assertThat(spelledOut.provenance().prependBos()).isFalse();
        assertThat(with.tokens()).containsExactly(Token.of(0, 60), Token.of(1, 3), Token.of(2, 14));
        CaptureAllTest.assertSame("last state", with.state(4), spelledOut.state(4));
        try (LanguageModel embedded = LanguageModel.embedded()) {
            ActivationSession session = embedded.request("x").prependBos().capture();
            assertThat(session.text()).contains("x");
            assertThat(session.tokens()).extracting(Token::label).containsExactly("<|endoftext|>", "x");
            assertThat(embedded.capture("x").provenance().prependBos()).isFalse();
        }
    }

    @Test
    void whatCannotBeComputedIsRefused() {
        assertRefused(request().stopAfterBlock(2), "Block 2 does not exist; the model has blocks 0 to 1.");
        assertRefused(request().stopAfterBlock(-1), "Block -1 does not exist; the model has blocks 0 to 1.");
        assertRefused(
                request().also(HookKey.parse("blocks.2.mlp.post")),
                "Block 2 does not exist; the model has blocks 0 to 1.");
        assertRefused(
                request().stopAfterBlock(0).also(HookKey.parse("blocks.1.attn.z")),
                "Block 1 was asked for but the run is to stop after block 0.");
        assertRefused(request().blocks(5), "Block 5 does not exist; the model has blocks 0 to 1.");
        assertRefused(
                request().stopAfterBlock(0).blocks(1), "Block 1 was asked for but the run is to stop after block 0.");
        assertRefused(
                request().stopAfterBlock(0).points(HookPoint.FINAL),
                "FINAL is computed after the last block, 1, but the run is to stop after block 0.");
        assertRefused(
                request().stopAfterBlock(0).lastLogits(),
                "LOGITS is computed after the last block, 1, but the run is to stop after block 0.");
        assertRefused(
                request().positions(Positions.range(9, 12)),
                "Positions 9 to 11 were asked for but the text has 11 tokens.");
        assertRefused(
                model.request(new long[32]).prependBos(), "The text has 33 tokens; the model micro takes at most 32.");
        assertThatThrownBy(() -> Positions.range(3, 3)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> Positions.range(-1, 3)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> request().points()).isInstanceOf(BadRequestException.class);
    }

    private static void assertRefused(CaptureRequest request, String message) {
        assertThatThrownBy(request::capture)
                .isInstanceOf(BadRequestException.class)
                .hasMessage(message);
    }

    @Test
    void aRequestIsNotChangedByVaryingIt() {
        CaptureRequest request = request();
        request.points(HookPoint.Q)
                .blocks(0)
                .positions(Positions.last())
                .stopAfterBlock(0)
                .lastLogits();
        assertThat(request.capture().points()).hasSize(5);
    }
}
