package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.analysis.AnalysisReport;
import io.github.residual4j.error.BadRequestException;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("every-processor")
class ResidualAnalyzerTest {
    private static ActivationSession named(String... names) {
        ActivationSessionBuilder builder = ActivationSession.builder();
        for (int p = 0; p < names.length; p++) {
            builder.point(names[p], new float[][] {{p + 1, 1}});
        }
        return builder.build();
    }

    @Test
    void numbersOfOneBlockByHand() {
        // One token: (3, 4) → (3, 4) + (0, 5) → (3, 9) + (-6, 0).
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(
                TestSessions.of(new float[][] {{3, 4}}, new float[][] {{3, 9}}, new float[][] {{-3, 9}}));
        assertThat(analyzer.cosineBetweenConsecutivePoints().value(0, 0))
                .isCloseTo((9 + 36) / (5 * Math.sqrt(90)), within(1e-6));
        assertThat(analyzer.magnitudes().residual()).containsExactly(5);
        assertThat(analyzer.magnitudes().attention()).containsExactly(5);
        assertThat(analyzer.magnitudes().mlp()).containsExactly(6);
        assertThat(analyzer.magnitudes().mlpRatio()).containsExactly(1.2);
        assertThat(analyzer.magnitudes().attentionPercent()[0]).isCloseTo(100 * 5 / 11.0, within(1e-9));
        assertThat(analyzer.alignment().residualAttention()[0][0]).isCloseTo(20 / 25.0, within(1e-6));
        assertThat(analyzer.alignment().residualMlp()[0][0]).isCloseTo(-18 / 30.0, within(1e-6));
        assertThat(analyzer.statistics().std()).containsExactly(new double[] {0.5, 3, 6}, within(1e-6));
    }

    @Test
    void zeroVectorsHaveCosineZeroAlsoAgainstNaN() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.of(
                new float[][] {{0, 0}, {1, 2}, {1, 0}},
                new float[][] {{Float.NaN, 1}, {Float.NaN, 1}, {0, 0}},
                new float[][] {{1, 1}, {Float.POSITIVE_INFINITY, 1}, {0, 0}}));
        double[][] cosine = analyzer.cosineBetweenConsecutivePoints().toArray();
        assertThat(cosine[0]).containsExactly(0, Double.NaN, 0);
        assertThat(cosine[1]).containsExactly(Double.NaN, Double.NaN, 0);
    }

    @Test
    void numbersThatAreNotFiniteAreStringsInJson() {
        AnalysisReport report = ResidualAnalyzer.of(TestSessions.of(
                        new float[][] {{0}}, new float[][] {{1}}, new float[][] {{Float.NEGATIVE_INFINITY}}))
                .report();
        JsonObject json = JsonParser.parseString(report.toJson()).getAsJsonObject();
        assertThat(json.getAsJsonObject("statistics").get("min")).hasToString("[0.0,1.0,\"-Infinity\"]");
        assertThat(json.getAsJsonObject("magnitudes").get("attention_ratio")).hasToString("[\"Infinity\"]");
        assertThat(json.getAsJsonObject("magnitudes").get("mlp_percent")).hasToString("[\"NaN\"]");
    }

    @Test
    void cosinesOfParallelVectorsDoNotExceedOne() {
        float[][] x = new float[50][13];
        float[][] y = new float[50][13];
        Random random = new Random(4);
        for (int t = 0; t < x.length; t++) {
            for (int d = 0; d < 13; d++) {
                x[t][d] = random.nextFloat();
                y[t][d] = -3 * x[t][d];
            }
        }
        for (double cosine : ResidualAnalyzer.of(TestSessions.of(x, y))
                .cosineBetweenConsecutivePoints()
                .toArray()[0]) {
            assertThat(cosine).isBetween(-1.0, -0.999999);
        }
    }

    @Test
    void theLastOfAnEvenNumberOfPointsTakesNoPartInBlocks() {
        ActivationSession even = named("a", "b", "c", "d");
        assertThat(ResidualAnalyzer.of(even).magnitudes().blocks()).containsExactly("L0");
        assertThat(ResidualAnalyzer.of(even).cosineBetweenConsecutivePoints().transitions())
                .hasSize(3);
    }

    @Test
    void rolesTakenFromTheOrderAreCalledAssumed() {
        AnalysisReport report = ResidualAnalyzer.of(named("a", "b", "c")).report();
        assertThat(report.view().rolesAssumed()).isTrue();
        assertThat(report.magnitudes().orElseThrow().toString()).contains("assumed");
        assertThat(ResidualAnalyzer.of(TestSessions.reference("paris"))
                        .magnitudes()
                        .toString())
                .doesNotContain("assumed");
    }

    @Test
    void blocksNeedAllTheirPoints() {
        ResidualAnalyzer partial = ResidualAnalyzer.of(named("embed", "blocks.0.resid_post", "blocks.1.resid_mid"));
        assertThatThrownBy(partial::magnitudes)
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("blocks.0.resid_mid");
        assertThatThrownBy(() -> ResidualAnalyzer.of(named("blocks.0.resid_mid", "blocks.0.resid_post"))
                        .alignment())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("needs embed");
        assertThatThrownBy(() -> ResidualAnalyzer.of(named("embed")).magnitudes())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("at least one block");
        assertThat(partial.report().whyNoBlocks()).get().asString().contains("blocks.0.resid_mid");
        assertThat(partial.report().toJson()).contains("blocks_unavailable").doesNotContain("magnitudes");
    }

    @Test
    void huggingFacesHiddenStatesAreRefusedByName() {
        ActivationSession session = ActivationSession.fromHuggingFaceHiddenStates()
                .point("h0", new float[][] {{1}})
                .point("h1", new float[][] {{2}})
                .point("h2", new float[][] {{3}})
                .build();
        assertThatThrownBy(() -> ResidualAnalyzer.of(session).alignment())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("Hugging Face");
        assertThat(ResidualAnalyzer.of(session).cosineBetweenConsecutivePoints().toArray())
                .hasDimensions(2, 1);
    }

    @Test
    void resultsAreEqualByContentAndPrintTables() {
        ActivationSession session = TestSessions.reference("paris");
        ResidualAnalyzer one = ResidualAnalyzer.of(session);
        ResidualAnalyzer other = ResidualAnalyzer.of(TestSessions.reference("paris"));
        assertThat(one.report()).isEqualTo(other.report()).hasSameHashCodeAs(other.report());
        assertThat(one.statistics())
                .isNotEqualTo(
                        ResidualAnalyzer.of(TestSessions.reference("single")).statistics());
        assertThat(one.cosineBetweenConsecutivePoints().toString())
                .contains("whole session", "embed → blocks.0.resid_mid", "T0", "T5");
    }

    @Test
    void aTableReadsLikeOne() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(
                TestSessions.of(new float[][] {{1, 3}}, new float[][] {{-1, 1}}, new float[][] {{20000000, 0}}));
        assertThat(analyzer.statistics()).hasToString("""
                Statistics of each point (whole session)
                point                     mean        std     min        max   abs_mean
                embed                    2.000      1.000   1.000      3.000      2.000
                blocks.0.resid_mid       0.000      1.000  -1.000      1.000      1.000
                blocks.0.resid_post  1.000e+07  1.000e+07   0.000  2.000e+07  1.000e+07
                """);
    }

    @Test
    void saysWhatItLooksAt() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.of(new float[][] {{1, 2}, {3, 4}}));
        assertThat(analyzer).hasToString("analyzer of unnamed model, 1 point × 2 tokens × 2, whole session");
        assertThat(analyzer.positions(1)).hasToString("analyzer of unnamed model, 1 point × 2 tokens × 2, positions 1");
    }
}
