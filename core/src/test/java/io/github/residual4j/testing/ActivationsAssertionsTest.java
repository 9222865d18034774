package io.github.residual4j.testing;

import static io.github.residual4j.testing.ActivationAssertions.assertThat;
import static io.github.residual4j.testing.ActivationAssertions.atol;
import static io.github.residual4j.testing.ActivationAssertions.rtol;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Assertions about a point, a token, a dimension and an array. */
class ActivationsAssertionsTest {
    private final ActivationSession session = SmallSessions.numbered();

    private static void assertFails(ThrowingCallable assertion, String message) {
        assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessage(message);
    }

    private static void assertRefused(ThrowingCallable assertion, String message) {
        assertThatThrownBy(assertion).isInstanceOf(BadRequestException.class).hasMessage(message);
    }

    @Test
    void comparesATokensState() {
        TokenAssert token = assertThat(session).point("blocks.0.resid_mid").token(1);

        token.isCloseTo(new float[] {110, 111}, Tolerance.EXACT);
        token.isCloseTo(new float[] {100, 121}, rtol(0.1));
        assertFails(() -> token.isCloseTo(new float[] {110, 110.5f}, atol(1e-4).rtol(1e-3)), """
                Expecting blocks.0.resid_mid, token 1 "is", dimension 1
                  to be close to: 110.5
                  but was:        111.0
                They differ by 0.5000; allowed is 0.1106 (atol 1.0E-4 + rtol 0.001 × |expected|).
                Of the other 1 value none differs by more than allowed.""");
        assertFails(
                () -> token.isCloseTo(new float[3], atol(1)),
                "Expecting blocks.0.resid_mid, token 1 \"is\" to have 3 values but it has 2, of the shape [2].");
    }

    @Test
    void handsTheTwoValuesToTools() {
        assertThatThrownBy(() -> assertThat(session).point("embed").token(1).isCloseTo(new float[] {10, 12}, atol(0)))
                .isInstanceOfSatisfying(AssertionFailedError.class, failure -> {
                    assertThat(failure.getActual().getValue()).isEqualTo(11f);
                    assertThat(failure.getExpected().getValue()).isEqualTo(12f);
                });
    }

    @Test
    void comparesAWholePoint() {
        PointAssert point = assertThat(session).point(StreamPoint.canonical(2));
        float[][] expected = {{200, 201}, {210, 211}, {220, 221}};

        point.isCloseTo(expected, Tolerance.EXACT);
        point.isCloseTo(new float[] {200, 201, 210, 211, 220, 221}, Tolerance.EXACT);
        point.isCloseTo(session, Tolerance.EXACT);
        point.hasShape(3, 2);
        assertFails(() -> point.isCloseTo(new float[][] {{0, 201}, {210, 210}, {221, 221}}, atol(0.5)), """
                Expecting blocks.0.resid_post, token 0 "Par", dimension 0
                  to be close to: 0.0
                  but was:        200.0
                They differ by 200.0; allowed is 0.5000 (atol 0.5 + rtol 0.0 × |expected|).
                Of the other 5 values 2 differ by more than allowed, none of them farther off.""");
        assertFails(() -> point.isCloseTo(SmallSessions.with(2, 1, 1, 0), atol(0.5)), """
                Expecting blocks.0.resid_post, token 1 "is", dimension 1
                  to be close to: 0.0
                  but was:        211.0
                They differ by 211.0; allowed is 0.5000 (atol 0.5 + rtol 0.0 × |expected|).
                Of the other 5 values none differs by more than allowed.""");
        assertFails(
                () -> point.isCloseTo(new float[2][2], atol(1)),
                "Expecting blocks.0.resid_post to have the shape [2, 2] but it has [3, 2].");
    }

    @Test
    void findsAPointOfAnotherSessionByItsName() {
        ActivationSession last = ActivationSession.builder()
                .tokens(session.tokens())
                .point("blocks.0.resid_post", session.state(2), 3, 2)
                .build();

        assertThat(last).point(session.points().get(2)).isCloseTo(session, Tolerance.EXACT);
    }

    @Test
    void comparesADimension() {
        DimensionAssert value = assertThat(session).point("embed").lastToken().dimension(1);

        value.isEqualTo(21).isCloseTo(20, within(1f)).isCloseTo(20, rtol(0.05));
        assertFails(() -> value.isCloseTo(20, rtol(0.03125)), """
                [embed, token 2 " 100%\\n", dimension 1] Expecting the value
                  to be close to: 20.0
                  but was:        21.0
                They differ by 1.000; allowed is 0.6250 (atol 0.0 + rtol 0.03125 × |expected|).""");
        assertFails(() -> value.as("bias").isCloseTo(20, atol(0.5)), """
                [bias, embed, token 2 " 100%\\n", dimension 1] Expecting the value
                  to be close to: 20.0
                  but was:        21.0
                They differ by 1.000; allowed is 0.5000 (atol 0.5 + rtol 0.0 × |expected|).""");
        assertThatThrownBy(() -> assertThat(session)
                        .as("Paris")
                        .point("embed")
                        .token(0)
                        .dimension(1)
                        .isNegative())
                .hasMessageStartingWith("[Paris, embed, token 0 \"Par\", dimension 1] ");
    }

    @Test
    void measuresNorms() {
        ActivationSession triangles = ActivationSession.builder()
                .point("embed", new float[][] {{3, 4}, {5, 12}, {Float.NaN, 0}})
                .build();

        assertThat(triangles).point("embed").token(0).normBetween(5, 5);
        assertThat(triangles).point("embed").token(1).normBetween(12.9, 13.1);
        assertFails(() -> assertThat(triangles).point("embed").token(0).normBetween(0, 4.5), """
                Expecting an L2 norm between 0.0 and 4.5 but that of
                  embed, token 0
                was 5.000; 1 of 1 state lies outside.""");
        assertFails(() -> assertThat(triangles).point("embed").normBetween(1, 6), """
                Expecting an L2 norm between 1.0 and 6.0 but that of
                  embed, token 1
                was 13.00; 2 of 3 states lie outside.""");
        assertRefused(
                () -> assertThat(triangles).point("embed").normBetween(6, 1), "No norm lies between 6.0 and 1.0.");
        assertRefused(
                () -> assertThat(triangles).point("embed").normBetween(Double.NaN, 1),
                "No norm lies between NaN and 1.0.");
    }

    @Test
    void measuresCosines() {
        ActivationSession vectors = ActivationSession.builder()
                .point("embed", new float[][] {{1, 0}, {3, 4}, {0, 0}})
                .build();
        ActivationSession turned = ActivationSession.builder()
                .point("embed", new float[][] {{1, 0}, {4, 3}, {0, 0}})
                .build();

        assertThat(vectors)
                .point("embed")
                .token(1)
                .cosineWith(new float[] {4, 3})
                .isEqualTo(24 / 25.0);
        assertThat(vectors)
                .point("embed")
                .token(0)
                .cosineWith(new float[] {0, 7})
                .isZero();
        assertThat(vectors)
                .point("embed")
                .token(2)
                .cosineWith(new float[] {Float.NaN, 7})
                .isZero();
        assertThat(vectors)
                .point("embed")
                .token(0)
                .cosineWith(new float[] {Float.NaN, 7})
                .isNaN();
        assertThat(vectors)
                .point("embed")
                .token(1)
                .cosineWith(FloatTensor.of(new float[] {-1.5e38f, -2e38f}, 2))
                .isEqualTo(-1, within(1e-6));
        assertThat(vectors).point("embed").token(1).cosineWith(new float[2]).isZero();
        assertThat(vectors).point("embed").cosineWith(turned).isZero();
        assertThat(session).point("embed").cosineWith(session).isGreaterThan(0.99);
        assertThatThrownBy(() -> assertThat(vectors)
                        .point("embed")
                        .token(1)
                        .cosineWith(new float[] {4, 3})
                        .isGreaterThan(0.99))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("[cosine of embed, token 1] ")
                .hasMessageContaining("0.96")
                .hasMessageContaining("0.99");
        assertRefused(
                () -> assertThat(vectors)
                        .point("embed")
                        .token(1)
                        .cosineWith(new float[3])
                        .isZero(),
                "The cosine of embed, token 1 can be taken with 2 values, not with 3.");
        ActivationSession single =
                ActivationSession.builder().point("embed", new float[1][2]).build();
        assertRefused(
                () -> assertThat(vectors).point("embed").cosineWith(single).isZero(),
                "The cosine of embed can be taken with values of the shape [3, 2], not [1, 2].");
    }

    @Test
    void theCosineOfManyStatesIsTheSmallestOne() {
        ActivationSession vectors = ActivationSession.builder()
                .point("embed", new float[][] {{1, 0}, {3, 4}, {1, 1}})
                .build();

        assertThat(vectors)
                .point("embed")
                .cosineWith(new float[] {1, 0, 4, 3, 1, 1})
                .isEqualTo(24 / 25.0)
                .satisfies(cosine -> assertThat(cosine).isLessThan(1));
        assertThatThrownBy(() -> assertThat(vectors)
                        .point("embed")
                        .cosineWith(new float[] {1, 0, 4, 3, 1, 1})
                        .as("direction")
                        .isEqualTo(1))
                .hasMessageStartingWith("[direction, cosine of embed, token 1] ");
    }

    @Test
    void theCosineOfManyStatesIsNaNIfOneOfThemIs() {
        ActivationSession vectors = ActivationSession.builder()
                .point("embed", new float[][] {{1, 0}, {Float.NaN, 4}, {1, 1}, {-1, 0}})
                .build();

        assertThat(vectors)
                .point("embed")
                .cosineWith(new float[] {1, 0, 3, 4, 1, 1, 1, 0})
                .isNaN();
        assertThatThrownBy(() -> assertThat(vectors)
                        .point("embed")
                        .cosineWith(new float[] {1, 0, 3, 4, 1, 1, 1, 0})
                        .isGreaterThan(0.99))
                .hasMessageStartingWith("[cosine of embed, token 1] ");
    }

    @Test
    void nothingIsGreaterForBeingNaN() {
        ActivationSession nan = SmallSessions.with(0, 1, 1, Float.NaN);
        DimensionAssert value = assertThat(nan).point("embed").token(1).dimension(1);
        CosineAssert cosine = assertThat(nan).point("embed").cosineWith(nan);

        for (ThrowingCallable greater : List.<ThrowingCallable>of(
                () -> value.isGreaterThan(1),
                () -> value.isGreaterThan(Float.valueOf(1)),
                () -> value.isGreaterThanOrEqualTo(1),
                () -> value.isGreaterThanOrEqualTo(Float.valueOf(1)),
                value::isPositive,
                value::isNotNegative,
                () -> value.isLessThan(1),
                () -> value.isBetween(0f, 1f),
                () -> cosine.isGreaterThan(0.5),
                () -> cosine.isGreaterThan(Double.valueOf(0.5)),
                () -> cosine.isGreaterThanOrEqualTo(0.5),
                () -> cosine.isGreaterThanOrEqualTo(Double.valueOf(0.5)),
                cosine::isPositive,
                cosine::isNotNegative,
                () -> cosine.isLessThan(0.5),
                () -> cosine.isBetween(-1.0, 1.0))) {
            assertThatThrownBy(greater).isInstanceOf(AssertionError.class).hasMessageContaining("NaN");
        }
        value.isNaN();
        cosine.isNaN();
    }

    @Test
    void findsWhatIsNotFiniteAtItsPlace() {
        PointAssert point = assertThat(SmallSessions.with(0, 1, 1, Float.NaN)).point("embed");

        point.hasNoInfinity();
        point.token(0).isFinite();
        assertFails(() -> point.token(1).hasNoNaN(), """
                Expecting no NaN but found 1 among 2 values, the first at
                  embed, token 1 "is", dimension 1: NaN""");
        assertFails(point::isFinite, """
                Expecting no NaN and no infinity but found 1 among 6 values, the first at
                  embed, token 1 "is", dimension 1: NaN""");
    }

    @Test
    void looksForMassiveActivationsOfOnePoint() {
        ActivationSession massive = SmallSessions.with(1, 0, 1, 1e6f);

        assertThat(massive).point("embed").hasNoMassiveActivations();
        assertThat(massive).point("blocks.0.resid_mid").hasNoMassiveActivations(1e6, 1);
        assertFails(() -> assertThat(massive).point("blocks.0.resid_mid").hasNoMassiveActivations(1000, 100), """
                Expecting no massive activations above 1000.0 and 100.0 × the median magnitude of their point but found 1:
                  blocks.0.resid_mid, token 0 "Par", dimension 1: 1000000.0 (8,658 × median)""");
    }

    @Test
    void readsArraysByToken() {
        assertThat(session).array("final").hasShape(1, 3, 2);
        assertThat(session).array("final").at(0, 2).isCloseTo(new float[] {920, 921}, Tolerance.EXACT);
        assertFails(() -> assertThat(session).array("final").at(0, 2).isCloseTo(new float[] {920, 0}, atol(1)), """
                Expecting final, token 2 " 100%\\n", dimension 1
                  to be close to: 0.0
                  but was:        921.0
                They differ by 921.0; allowed is 1.000 (atol 1.0 + rtol 0.0 × |expected|).
                Of the other 1 value none differs by more than allowed.""");
        assertFails(() -> assertThat(session).array("final").normBetween(0, 1000), """
                Expecting an L2 norm between 0.0 and 1000.0 but that of
                  final, token 0 "Par"
                was 1273; 3 of 3 states lie outside.""");
        assertRefused(
                () -> assertThat(session).array("final").at(0, 3).isFinite(),
                "Token 3 does not exist in final, which has 3, counted from 0.");
        assertRefused(
                () -> assertThat(session).array("final").at(0, 0, 0, 0).isFinite(),
                "final, token 0 \"Par\", dimension 0 is a single value; it has no index 0.");
    }

    @Test
    void readsAttentionPatternsByHeadAndToken() {
        ActivationSession attending = SmallSessions.points(new float[3][3][2])
                .array("attention_patterns", FloatTensor.of(new float[1 * 2 * 3 * 3], 1, 2, 3, 3))
                .array("blocks.0.attn.q", FloatTensor.of(new float[1 * 3 * 2 * 1], 1, 3, 2, 1))
                .array("blocks.3.attn.pattern", FloatTensor.of(new float[1 * 3 * 3 * 3], 1, 3, 3, 3))
                .array("blocks.0.mlp.post", FloatTensor.of(new float[1 * 3 * 2], 1, 3, 2))
                .array("odd", FloatTensor.of(new float[4], 2, 2))
                .build();
        float[][] uniform = {{1, 0, 0}, {0.5f, 0.5f, 0}, {0, 0, 0}};

        assertFails(
                () -> assertThat(attending)
                        .array("attention_patterns")
                        .at(0, 1)
                        .isCloseTo(FloatTensor.of(new float[] {0, 0, 0, 0, 0.5f, 0, 0, 0, 0}, 3, 3), atol(0.1)),
                """
                Expecting attention_patterns, block 0, head 1, token 1 "is", attended position 1
                  to be close to: 0.5
                  but was:        0.0
                They differ by 0.5000; allowed is 0.1000 (atol 0.1 + rtol 0.0 × |expected|).
                Of the other 8 values none differs by more than allowed.""");
        assertThat(uniform).hasDimensions(3, 3);
        assertThatThrownBy(() -> assertThat(attending)
                        .array("blocks.0.attn.q")
                        .isCloseTo(new float[] {0, 0, 0, 1, 0, 0}, atol(0)))
                .hasMessageStartingWith("Expecting blocks.0.attn.q, token 1 \"is\", head 1, dimension 0\n");
        float[] oneOff = new float[1 * 3 * 3 * 3];
        oneOff[1 * 9 + 2 * 3] = 1;
        assertThatThrownBy(() ->
                        assertThat(attending).array("blocks.3.attn.pattern").isCloseTo(oneOff, atol(0)))
                .hasMessageStartingWith(
                        "Expecting blocks.3.attn.pattern, head 1, token 2 \" 100%\\n\", attended position 0\n");
        assertThatThrownBy(() -> assertThat(attending)
                        .array("blocks.0.attn.hook_pattern")
                        .at(0, 1, 2)
                        .isCloseTo(new float[] {0, 1, 0}, atol(0)))
                .hasMessageStartingWith(
                        "Expecting blocks.0.attn.hook_pattern, head 1, token 2 \" 100%\\n\", attended position 1\n");
        assertThatThrownBy(() -> assertThat(attending)
                        .array("blocks.0.mlp.post")
                        .isCloseTo(new float[] {0, 0, 0, 1, 0, 0}, atol(0)))
                .hasMessageStartingWith("Expecting blocks.0.mlp.post, token 1 \"is\", neuron 1\n");
        assertThatThrownBy(() -> assertThat(attending).array("blocks.1.mlp.post"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageStartingWith(
                        "No array is named \"blocks.1.mlp.post\"; this session holds [attention_patterns");
        assertThatThrownBy(() -> assertThat(attending).array("odd").isCloseTo(new float[] {0, 0, 1, 0}, atol(0)))
                .hasMessageStartingWith("Expecting odd[1][0]\n");
    }

    @Test
    void readsArraysOfTheirOwn() {
        FloatTensor pattern = FloatTensor.of(new float[] {1, 0, 0.5f, 0.5f}, 2, 2);

        assertThat(pattern).hasShape(2, 2).isFinite();
        assertThat(pattern).at(1).isCloseTo(new float[] {0.5f, 0.5f}, Tolerance.EXACT);
        assertFails(() -> assertThat(pattern).isCloseTo(FloatTensor.of(new float[4], 2, 2), atol(0.75)), """
                Expecting values[0][0]
                  to be close to: 0.0
                  but was:        1.0
                They differ by 1.000; allowed is 0.7500 (atol 0.75 + rtol 0.0 × |expected|).
                Of the other 3 values none differs by more than allowed.""");
        assertRefused(
                () -> assertThat(FloatTensor.of(new float[0], 0, 3)).normBetween(0, 1),
                "values holds no values, so it has no norm and no cosine.");
    }

    @Test
    void tellsAPositionThatIsNotTheIndex() {
        ActivationSession last = ActivationSession.builder()
                .point("embed", new float[][] {{1, 2}})
                .tokens(List.of(Token.of(4, 40, " of")))
                .build();

        assertThatThrownBy(() -> assertThat(last).point("embed").isCloseTo(new float[] {1, 1}, atol(0)))
                .hasMessageStartingWith("Expecting embed, token 0 \" of\" (position 4), dimension 1\n");
    }

    @Test
    void refusesTokensAndDimensionsThatDoNotExist() {
        assertRefused(
                () -> assertThat(session).point("embed").token(3).isFinite(),
                "Token 3 does not exist in embed, which has 3, counted from 0.");
        assertRefused(
                () -> assertThat(session).point("embed").token(-1).isFinite(),
                "Token -1 does not exist in embed, which has 3, counted from 0.");
        assertRefused(
                () -> assertThat(session).point("embed").token(0).dimension(2).isZero(),
                "Dimension 2 does not exist in embed, token 0 \"Par\", which has 2, counted from 0.");
        assertRefused(
                () -> assertThat(session).point("embed").isCloseTo(new float[][] {{1, 2}, {3}, {4, 5}}, atol(0)),
                "The expected rows for embed are ragged: one has 2 values, another 1.");
    }
}
