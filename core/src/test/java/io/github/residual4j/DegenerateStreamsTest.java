package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PrincipalComponents;
import io.github.residual4j.analysis.SingularSpectra;
import io.github.residual4j.analysis.TokenStatistics;
import io.github.residual4j.error.BadRequestException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams at the edge of what makes sense: one token, one block, nothing but zeros, NaN, one dimension. */
@Tag("every-processor")
class DegenerateStreamsTest {
    private static final float[][] ZEROS = {{0, 0, 0}, {0, 0, 0}};

    private static final ActivationSession ONE_TOKEN =
            TestSessions.of(new float[][] {{3, 4}}, new float[][] {{3, 9}}, new float[][] {{-3, 9}});
    private static final ActivationSession ALL_ZERO = TestSessions.of(ZEROS, ZEROS, ZEROS);
    private static final ActivationSession WITH_NAN =
            TestSessions.of(ZEROS, new float[][] {{1, 2, 3}, {1, Float.NaN, 1}}, new float[][] {{1, 0, 0}, {0, 1, 0}});

    static Stream<Arguments> sessions() {
        return Stream.of(
                Arguments.of("one token", ONE_TOKEN),
                Arguments.of("zeros", ALL_ZERO),
                Arguments.of("NaN", WITH_NAN),
                Arguments.of("one point", TestSessions.of(new float[][] {{1, 2}, {3, 4}})),
                Arguments.of(
                        "one dimension",
                        TestSessions.of(new float[][] {{1}, {2}}, new float[][] {{2}, {2}}, new float[][] {{3}, {1}})),
                Arguments.of(
                        "infinite",
                        TestSessions.of(
                                new float[][] {{1, 2}, {3, 4}},
                                new float[][] {{Float.POSITIVE_INFINITY, 2}, {3, 4}},
                                new float[][] {{Float.NEGATIVE_INFINITY, 2}, {3, 4}})),
                Arguments.of(
                        "huge",
                        TestSessions.of(
                                new float[][] {{3e38f, 1}, {2, 3e38f}},
                                new float[][] {{-3e38f, 1}, {2, 3e38f}},
                                new float[][] {{3e38f, 1}, {2, -3e38f}})));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sessions")
    void everyQuestionHasAnAnswerOfTheRightRange(String name, ActivationSession session) {
        for (ResidualAnalyzer analyzer : new ResidualAnalyzer[] {
            ResidualAnalyzer.of(session),
            ResidualAnalyzer.of(session).centered(),
            ResidualAnalyzer.of(session).standardized(),
            ResidualAnalyzer.of(session).layerNormalized()
        }) {
            for (AnalysisResult result : analyzer.fullReport().results()) {
                assertThat(result.toString()).isNotBlank();
                for (Measure measure : result.measures()) {
                    if (measure.name().startsWith("cosine")) {
                        assertThat(Arrays.stream(measure.toArray()).filter(v -> !Double.isNaN(v)))
                                .as(name + " " + measure.name())
                                .allMatch(v -> v >= -1 && v <= 1);
                    }
                }
            }
            assertThat(analyzer.fullReport().toJson()).doesNotContain(": NaN");
        }
    }

    @Test
    void oneToken() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(ONE_TOKEN);
        assertThat(analyzer.anisotropy().meanCosine().toArray()).containsOnly(Double.NaN);
        assertThat(analyzer.similarity().cka().toArray()).containsOnly(Double.NaN);
        assertThat(analyzer.cosineBetweenTokens("embed").cosine().toArray()).containsExactly(1);
        SingularSpectra spectra = analyzer.spectra();
        assertThat(spectra.singularValues().toArray())
                .containsExactly(new double[] {5, Math.sqrt(90), Math.sqrt(90)}, within(1e-12));
        assertThat(spectra.effectiveRank().toArray()).containsExactly(new double[] {1, 1, 1}, within(1e-12));
        assertThat(analyzer.centered().statistics().std()).containsExactly(0, 0, 0);
        assertThatThrownBy(analyzer::withoutFirstPosition)
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("no token");
    }

    @Test
    void oneBlockByHand() {
        // (3, 4) → + (0, 5) → + (-6, 0)
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(ONE_TOKEN);
        var updates = analyzer.updates();
        assertThat(updates.attentionAlong().value(0, 0)).isCloseTo(4, within(1e-12));
        assertThat(updates.attentionAcross().value(0, 0)).isCloseTo(3, within(1e-12));
        assertThat(updates.attentionAngle().value(0, 0))
                .isCloseTo(Math.toDegrees(Math.atan2(9, 3) - Math.atan2(4, 3)), within(1e-9));
        assertThat(updates.mlpAlong().value(0, 0)).isCloseTo(-18 / Math.sqrt(90), within(1e-12));
        assertThat(updates.mlpAngle().value(0, 0))
                .isCloseTo(Math.toDegrees(Math.atan2(9, -3) - Math.atan2(9, 3)), within(1e-9));
        assertThat(updates.attentionMlpCosine().value(0, 0)).isZero();
        assertThat(analyzer.path().length().value(0)).isEqualTo(11);
        assertThat(analyzer.path().displacement().value(0)).isCloseTo(Math.sqrt(61), within(1e-12));
    }

    @Test
    void zeros() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(ALL_ZERO);
        TokenStatistics statistics = analyzer.tokenStatistics();
        assertThat(statistics.l2().toArray()).containsOnly(0);
        assertThat(statistics.kurtosis().toArray()).containsOnly(Double.NaN);
        assertThat(statistics.sparsity().toArray()).containsOnly(Double.NaN);
        assertThat(statistics.growth().toArray()).containsOnly(Double.NaN);
        assertThat(analyzer.cosineBetweenAllPoints().mean().toArray()).containsOnly(0);
        assertThat(analyzer.cosineWithEnds().embed().toArray()).containsOnly(0);
        assertThat(analyzer.anisotropy().meanCosine().toArray()).containsOnly(0);
        assertThat(analyzer.updates().attentionAngle().toArray()).containsOnly(90);
        assertThat(analyzer.path().straightness().toArray()).containsOnly(Double.NaN);
        assertThat(analyzer.massiveActivations()).isEmpty();
        assertThat(analyzer.outlierDimensions().dimensions()).isEmpty();
        assertThat(analyzer.topDimensionShare(1).share().toArray()).containsOnly(Double.NaN);
        assertThat(analyzer.principalComponents(2).components().axes().get(0).length())
                .isZero();
        assertThat(analyzer.spectra().effectiveRank().toArray()).containsOnly(Double.NaN);
        assertThat(analyzer.spectra().participationRatio().toArray()).containsOnly(Double.NaN);
        assertThat(analyzer.similarity().cka().toArray()).containsOnly(Double.NaN);
    }

    @Test
    void notANumberStaysVisible() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(WITH_NAN);
        assertThat(analyzer.tokenStatistics().l2().value(1, 1)).isNaN();
        assertThat(analyzer.tokenStatistics().max().value(1, 1)).isNaN();
        assertThat(analyzer.tokenStatistics().l2().value(1, 0)).isCloseTo(Math.sqrt(14), within(1e-6));
        assertThat(analyzer.cosineBetweenAllPoints().mean().value(1, 2)).isNaN();
        assertThat(analyzer.cosineBetweenAllPointsByToken().cosine().value(0, 1, 2))
                .isCloseTo(1 / Math.sqrt(14), within(1e-6));
        assertThat(analyzer.cosineBetweenAllPointsByToken().cosine().value(1, 1, 0))
                .isZero();
        assertThat(analyzer.anisotropy().meanCosine().value(1)).isNaN();
        assertThat(analyzer.updates().attention().value(0, 1)).isNaN();
        assertThat(analyzer.updates().mlp().value(0, 0)).isCloseTo(Math.sqrt(13), within(1e-6));
        assertThat(analyzer.path().length().value(1)).isNaN();
        assertThat(analyzer.topDimensionShare(1).share().value(1, 1)).isNaN();
        assertThat(analyzer.spectra().singularValues().value(1, 0)).isNaN();
        assertThat(analyzer.spectra().effectiveRank().value(2)).isCloseTo(2, within(1e-9));
        assertThat(analyzer.similarity().cka().value(1, 2)).isNaN();
        PrincipalComponents components = analyzer.principalComponents(2);
        assertThat(components.components().toArray()).hasSize(6).containsOnly(Double.NaN);
        assertThat(components.explainedRatio().toArray()).containsOnly(Double.NaN);
    }

    @Test
    void componentsOfPointsOnALineAreOne() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.of(
                new float[][] {{0, 0, 1}, {1, -2, 1}}, new float[][] {{2, -4, 1}, {3, -6, 1}}));
        PrincipalComponents components = analyzer.principalComponents(3);
        assertThat(components.components().toArray())
                .containsExactly(new double[] {-1 / Math.sqrt(5), 2 / Math.sqrt(5), 0}, within(1e-12));
        assertThat(components.explainedVariance().toArray()).containsExactly(new double[] {5 * 1.25}, within(1e-12));
        assertThat(components.trajectories().value(1, 1, 0)).isCloseTo(-1.5 * Math.sqrt(5), within(1e-12));
    }
}
