package io.github.residual4j.testing;

import static io.github.residual4j.testing.ActivationAssertions.assertThat;
import static io.github.residual4j.testing.ActivationAssertions.atol;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Token;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Assertions about a whole session, beside AssertJ's own. */
class SessionAssertionsTest {
    private final ActivationSession session = SmallSessions.numbered();

    private static void assertFails(ThrowingCallable assertion, String message) {
        assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessage(message);
    }

    @Test
    void standsBesideTheAssertionsOfAssertJ() {
        assertThat(session).isEqualTo(SmallSessions.numbered()).hasWidth(2);
        assertThat("text").hasSize(4);
        assertThat(List.of(1, 2)).contains(2);
        assertThat(1.5f).isPositive();
        assertThat(new float[] {1}).hasSize(1);
    }

    @Test
    void countsPoints() {
        assertThat(session).hasPoints(3);

        assertFails(
                () -> assertThat(session).hasPoints(17),
                "Expecting 17 points but there are 3:\n  [embed, blocks.0.resid_mid, blocks.0.resid_post]");
    }

    @Test
    void namesPoints() {
        assertThat(session).hasPoints("embed", "blocks.0.resid_mid", "blocks.0.resid_post");

        assertFails(() -> assertThat(session).hasPoints("embed", "blocks.0.resid_post"), """
                Expecting the 2 points
                  "embed", "blocks.0.resid_post"
                but there are 3
                  "embed", "blocks.0.resid_mid", "blocks.0.resid_post"
                They differ from number 1 on (counted from 0): "blocks.0.resid_mid" instead of "blocks.0.resid_post".""");
    }

    @Test
    void countsTokens() {
        assertThat(session).hasTokens(3);

        assertFails(
                () -> assertThat(session).hasTokens(2),
                "Expecting 2 tokens but there are 3:\n  [\"Par\", \"is\", \" 100%\\n\"]");
    }

    @Test
    void readsTokens() {
        assertThat(session).hasTokens("Par", "is", " 100%\n");

        assertFails(() -> assertThat(session).hasTokens("Par", "is", " 100%"), """
                Expecting the 3 tokens
                  "Par", "is", " 100%"
                but there are 3
                  "Par", "is", " 100%\\n"
                They differ from number 2 on (counted from 0): " 100%\\n" instead of " 100%".""");
        assertFails(() -> assertThat(session).hasTokens("Par", "is"), """
                Expecting the 2 tokens
                  "Par", "is"
                but there are 3
                  "Par", "is", " 100%\\n"
                They differ from number 2 on (counted from 0): " 100%\\n" instead of nothing.""");
    }

    @Test
    void saysWhenTextsOrIdsOfTokensAreNotKnown() {
        ActivationSession unnamed =
                ActivationSession.builder().point("embed", new float[1][2]).build();

        assertFails(() -> assertThat(unnamed).hasTokens("Par"), """
                Expecting the 1 token
                  "Par"
                but there is 1
                  (text not known)
                They differ from number 0 on (counted from 0): (text not known) instead of "Par".""");
        assertFails(() -> assertThat(unnamed).hasTokenIds(40), """
                Expecting the 1 token id
                  40
                but there is 1
                  (id not known)
                They differ from number 0 on (counted from 0): (id not known) instead of 40.""");
    }

    @Test
    void readsTokenIds() {
        assertThat(session).hasTokenIds(40, 41, 42);

        assertFails(() -> assertThat(session).hasTokenIds(40, 7, 42), """
                Expecting the 3 token ids
                  40, 7, 42
                but there are 3
                  40, 41, 42
                They differ from number 1 on (counted from 0): 41 instead of 7.""");
    }

    @Test
    void showsOnlyThePartOfALongListWhereItDiffers() {
        ActivationSession longText = ActivationSession.builder()
                .point("embed", new float[100][1])
                .tokens(IntStream.range(0, 100).mapToObj(i -> Token.of(i, i)).toList())
                .build();
        long[] ids = IntStream.range(0, 100).mapToLong(i -> i == 50 ? 7 : i).toArray();

        assertFails(() -> assertThat(longText).hasTokenIds(ids), """
                Expecting the 100 token ids
                  … 47, 48, 49, 7, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61 …
                but there are 100
                  … 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61 …
                They differ from number 50 on (counted from 0): 50 instead of 7.""");
    }

    @Test
    void measuresWidth() {
        assertThat(session).hasWidth(2);

        assertFails(() -> assertThat(session).hasWidth(768), "Expecting states of width 768 but they are of width 2.");
    }

    @Test
    void findsNaNAndInfinities() {
        assertThat(session).hasNoNaN().hasNoInfinity().isFinite();
        ActivationSession nan = SmallSessions.with(1, 2, 1, Float.NaN);
        ActivationSession infinite = SmallSessions.with(2, 0, 0, Float.NEGATIVE_INFINITY);

        assertThat(nan).hasNoInfinity();
        assertThat(infinite).hasNoNaN();
        assertFails(() -> assertThat(nan).hasNoNaN(), """
                Expecting no NaN but found 1 among 24 values, the first at
                  blocks.0.resid_mid, token 2 " 100%\\n", dimension 1: NaN""");
        assertFails(() -> assertThat(infinite).hasNoInfinity(), """
                Expecting no infinity but found 1 among 24 values, the first at
                  blocks.0.resid_post, token 0 "Par", dimension 0: -Infinity""");
        assertFails(() -> assertThat(infinite).isFinite(), """
                Expecting no NaN and no infinity but found 1 among 24 values, the first at
                  blocks.0.resid_post, token 0 "Par", dimension 0: -Infinity""");
    }

    @Test
    void looksForNaNInArraysToo() {
        ActivationSession nan = SmallSessions.points(new float[3][3][2])
                .array("logits", FloatTensor.of(new float[] {0, Float.NaN, 0, Float.NaN}, 1, 1, 4))
                .build();

        assertFails(() -> assertThat(nan).hasNoNaN(), """
                Expecting no NaN but found 2 among 22 values, the first at
                  logits, token 2 " 100%\\n", id 1: NaN""");
    }

    @Test
    void findsMassiveActivations() {
        ActivationSession calm = ActivationSession.builder()
                .point("embed", new float[][] {{1, -1}, {1, 2}})
                .tokens(List.of(Token.of(0, 1, "a"), Token.of(1, 2, "b")))
                .build();
        ActivationSession massive = ActivationSession.builder()
                .point("embed", new float[][] {{-3000, -1, 1}, {1, 2, 1}})
                .tokens(List.of(Token.of(0, 1, "a"), Token.of(1, 2, "b")))
                .build();

        assertThat(calm).hasNoMassiveActivations();
        assertThat(massive).hasNoMassiveActivations(3001, 1000).hasNoMassiveActivations(100, 3001);
        assertThat(massive)
                .hasNoMassiveActivations(a -> a.withoutFirstPosition().massiveActivations());
        assertFails(() -> assertThat(massive).hasNoMassiveActivations(), """
                Expecting no massive activations but found 1:
                  embed, token 0 "a", dimension 0: -3000.0 (3,000 × median)""");
        assertFails(() -> assertThat(massive).hasNoMassiveActivations(0, 1), """
                Expecting no massive activations above 0.0 and 1.0 × the median magnitude of their point but found 6:
                  embed, token 0 "a", dimension 0: -3000.0 (3,000 × median)
                  embed, token 1 "b", dimension 1: 2.0 (2 × median)
                  embed, token 0 "a", dimension 1: -1.0 (1 × median)
                  embed, token 0 "a", dimension 2: 1.0 (1 × median)
                  embed, token 1 "b", dimension 0: 1.0 (1 × median)
                  and 1 more""");
    }

    @Test
    void matchesAnotherSessionWithinATolerance() {
        float[][][] added = new float[3][3][2];
        added[1][2][0] = 0.25f;
        added[2][0][1] = -1;
        ActivationSession other = SmallSessions.changed(added);

        assertThat(session).matches(SmallSessions.numbered());
        assertThat(session).matches(other, atol(1));
        assertFails(() -> assertThat(session).matches(other, atol(0.125)), """
                Expecting blocks.0.resid_mid, token 2 " 100%\\n", dimension 0
                  to be close to: 120.25
                  but was:        120.0
                They differ by 0.2500; allowed is 0.1250 (atol 0.125 + rtol 0.0 × |expected|).
                Of the other 23 values 1 differs by more than allowed, the farthest blocks.0.resid_post, token 0 "Par", \
                dimension 1: 201.0 instead of 200.0.""");
        assertFails(() -> assertThat(session).matches(other, atol(0.5)), """
                Expecting blocks.0.resid_post, token 0 "Par", dimension 1
                  to be close to: 200.0
                  but was:        201.0
                They differ by 1.000; allowed is 0.5000 (atol 0.5 + rtol 0.0 × |expected|).
                Of the other 23 values none differs by more than allowed.""");
    }

    @Test
    void explainsAnotherMakeBeforeValues() {
        ActivationSession fewerPoints = ActivationSession.builder()
                .tokens(session.tokens())
                .point("embed", new float[3][2])
                .build();
        assertFails(() -> assertThat(fewerPoints).matches(session), """
                Expecting the 3 points
                  "embed", "blocks.0.resid_mid", "blocks.0.resid_post"
                but there is 1
                  "embed"
                They differ from number 1 on (counted from 0): nothing instead of "blocks.0.resid_mid".""");

        ActivationSession otherToken = SmallSessions.points(new float[3][3][2])
                .tokens(List.of(Token.of(0, 40, "Par"), Token.of(1, 99, "ty"), Token.at(2)))
                .array("final", session.arrays().get("final"))
                .build();
        assertFails(() -> assertThat(otherToken).matches(session), """
                Expecting the 3 tokens
                  "Par" id 40, "is" id 41, position 2
                but there are 3
                  "Par" id 40, "ty" id 99, position 2
                They differ from number 1 on (counted from 0): "ty" id 99 instead of "is" id 41.""");

        ActivationSession wider =
                ActivationSession.builder().point("embed", new float[3][4]).build();
        ActivationSession narrow =
                ActivationSession.builder().point("embed", new float[3][2]).build();
        assertFails(() -> assertThat(wider).matches(narrow), "Expecting states of width 2 but they are of width 4.");

        ActivationSession withoutFinal =
                SmallSessions.points(new float[3][3][2]).build();
        assertFails(() -> assertThat(withoutFinal).matches(session), """
                Expecting the 1 array
                  "final"
                but there are 0
                  (none)
                They differ from number 0 on (counted from 0): nothing instead of "final".""");

        assertFails(
                () -> assertThat(logits(4)).matches(logits(5)),
                "Expecting array \"logits\" to have the shape [1, 1, 5] but it has [1, 1, 4].");
    }

    private static ActivationSession logits(int vocabulary) {
        return SmallSessions.points(new float[3][3][2])
                .array("logits", FloatTensor.of(new float[vocabulary], 1, 1, vocabulary))
                .build();
    }

    @Test
    void saysWhenTheSessionsAreOfOtherWeights() {
        ActivationSession a = SmallSessions.points(new float[3][3][2])
                .provenance(SmallSessions.weights("aa"))
                .build();
        float[][][] added = new float[3][3][2];
        added[0][0][0] = 1;
        ActivationSession b = SmallSessions.points(added)
                .provenance(SmallSessions.weights("bb"))
                .build();

        assertThat(a).matches(b, atol(1));
        assertFails(() -> assertThat(a).matches(b), """
                Expecting embed, token 0 "Par", dimension 0
                  to be close to: 1.0
                  but was:        0.0
                They differ by 1.000; allowed is 0.001100 (atol 1.0E-4 + rtol 0.001 × |expected|).
                Of the other 17 values none differs by more than allowed.
                The weights are others than the expected ones: aa instead of bb.""");
    }

    @Test
    void tellsNaNFromNumbersButNotFromNaN() {
        ActivationSession nan = SmallSessions.with(0, 1, 0, Float.NaN);

        assertThat(nan).matches(SmallSessions.with(0, 1, 0, Float.NaN));
        assertFails(() -> assertThat(nan).matches(session), """
                Expecting embed, token 1 "is", dimension 0
                  to be close to: 10.0
                  but was:        NaN
                They differ by NaN; allowed is 0.01010 (atol 1.0E-4 + rtol 0.001 × |expected|).
                Of the other 23 values none differs by more than allowed.""");
    }

    @Test
    void keepsDescriptionsOnTheWay() {
        assertFails(
                () -> assertThat(session).as("%d%% sure", 100).hasWidth(3),
                "[100% sure] Expecting states of width 3 but they are of width 2.");
        assertFails(
                () -> assertThat(session).as("Paris").point("embed").token(0).hasShape(3),
                "[Paris] Expecting embed, token 0 \"Par\" to have the shape [3] but it has [2].");
        assertFails(
                () -> assertThat(session)
                        .withFailMessage("no such thing")
                        .point("embed")
                        .token(0)
                        .hasShape(3),
                "no such thing");
    }

    @Test
    void refusesWrongRequests() {
        assertThatThrownBy(() -> assertThat(session).point("blocks.3.resid_mid").isFinite())
                .isInstanceOf(BadRequestException.class)
                .hasMessage("No point is named \"blocks.3.resid_mid\"; this session holds "
                        + "[embed, blocks.0.resid_mid, blocks.0.resid_post].");
        assertThatThrownBy(() -> assertThat(session).array("logits").isFinite())
                .isInstanceOf(BadRequestException.class)
                .hasMessage("No array is named \"logits\"; this session holds [final].");
        assertThatThrownBy(() -> assertThat(session).hasNoMassiveActivations(-1, 0))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("A massive activation's magnitude and ratio cannot be -1.0 and 0.0.");
    }

    @Test
    void failsWithoutASession() {
        ActivationSession none = null;

        assertThatThrownBy(() -> assertThat(none).hasPoints(1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Expecting actual not to be null");
    }
}
