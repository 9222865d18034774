package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.analysis.MassiveActivation;
import io.github.residual4j.analysis.OutlierDimension;
import io.github.residual4j.analysis.SessionComparison;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.Provenance;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.hook.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("every-processor")
class FurtherQuestionsTest {
    @TempDir
    Path temp;

    private static float[][] gaussian(int tokens, int width, long seed) {
        Random random = new Random(seed);
        float[][] state = new float[tokens][width];
        for (float[] row : state) {
            for (int d = 0; d < width; d++) {
                row[d] = (float) random.nextGaussian();
            }
        }
        return state;
    }

    @Test
    void massiveActivationsAreFoundByMagnitudeAndMedian() {
        float[][] state = gaussian(4, 50, 1);
        state[0][44] = -2480.1f;
        state[0][13] = 900;
        state[2][7] = 90; // more than 10 medians, but not above 100
        ActivationSession session = ActivationSession.builder()
                .point("embed", gaussian(4, 50, 2))
                .point("blocks.0.resid_mid", state)
                .tokens(List.of(
                        Token.of(0, 1, "Par"), Token.of(1, 2, "is"), Token.of(2, 3, " is"), Token.of(3, 4, "!")))
                .build();
        double[] magnitudes = Arrays.stream(state)
                .flatMapToDouble(row -> IntStream.range(0, row.length).mapToDouble(d -> Math.abs(row[d])))
                .sorted()
                .toArray();
        double median = (magnitudes[99] + magnitudes[100]) / 2;

        ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
        MassiveActivation largest = analyzer.massiveActivations().activations().get(0);
        assertThat(largest)
                .isEqualTo(new MassiveActivation(1, "blocks.0.resid_mid", 0, "Par", 44, -2480.1f, 2480.1f / median));
        assertThat(largest.toString())
                .startsWith("blocks.0.resid_mid, token 0 \"Par\", dimension 44: -2480.1 (3,")
                .endsWith(" × median)");
        assertThat(analyzer.massiveActivations()).hasSize(2);
        assertThat(analyzer.massiveActivations(50, 10)).hasSize(3);
        assertThat(analyzer.withoutDimensions(0, 44).massiveActivations())
                .singleElement()
                .satisfies(a -> assertThat(a.dimension()).isEqualTo(13));
        assertThat(analyzer.withoutFirstPosition().massiveActivations()).isEmpty();
        assertThatThrownBy(() -> analyzer.massiveActivations(-1, 10)).isInstanceOf(BadRequestException.class);
    }

    @Test
    void outlierDimensionsKeepTheModelsNumbers() {
        float[][] state = gaussian(30, 40, 3);
        for (float[] row : state) {
            row[17] = -25 + row[17];
        }
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.of(state)).withoutDimensions(2, 5);
        assertThat(analyzer.outlierDimensions().dimensions())
                .extracting(OutlierDimension::dimension)
                .containsExactly(17);
        assertThat(analyzer.outlierDimensions().dimensions().get(0).meanMagnitude())
                .isCloseTo(25, within(1.0));
    }

    @Test
    void sharesOfTheLargestDimensions() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.of(new float[][] {{1, -5, 3, 1}, {0, 0, 0, 2}}));
        assertThat(analyzer.topDimensionShare(1).share().toArray())
                .containsExactly(new double[] {25 / 36.0, 1}, within(1e-12));
        assertThat(analyzer.topDimensionShare(2).share().toArray())
                .containsExactly(new double[] {34 / 36.0, 1}, within(1e-12));
        assertThat(analyzer.topDimensionShare(4).share().toArray()).containsExactly(1, 1);
        assertThatThrownBy(() -> analyzer.topDimensionShare(5))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("1 to 4");
    }

    /** A mean of ones is 1, however many tokens there are and whatever chunks they are gone through in. */
    @Test
    void aMeanOfCosinesIsNotBeyondOne() {
        for (int tokens : new int[] {215, 625, 1000}) {
            float[][] state = new float[tokens][512];
            for (int t = 0; t < tokens; t++) {
                Arrays.fill(state[t], 1);
            }
            double[] means = ResidualAnalyzer.of(TestSessions.of(state, state, state, state, state))
                    .cosineBetweenAllPoints()
                    .mean()
                    .toArray();
            assertThat(means).as("%d tokens", tokens).containsOnly(1);
        }
    }

    @Test
    void cosinesByTokenAverageToTheMean() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.reference("micro"));
        var byToken = analyzer.cosineBetweenAllPointsByToken().cosine();
        var mean = analyzer.cosineBetweenAllPoints().mean();
        for (int p = 0; p < 5; p++) {
            for (int q = 0; q < 5; q++) {
                double sum = 0;
                for (int t = 0; t < 11; t++) {
                    sum += byToken.value(t, p, q);
                }
                assertThat(mean.value(p, q)).isCloseTo(sum / 11, within(1e-12));
            }
        }
        assertThat(byToken.value(4, 0, 1))
                .isCloseTo(analyzer.cosineBetweenConsecutivePoints().value(0, 4), within(1e-6));
    }

    @Test
    void viewsAreRecordedAndPrinted() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.reference("micro"));
        assertThat(analyzer.positions(1, 2, 3, 7, -1)
                        .withoutDimensions(4)
                        .centered()
                        .statistics())
                .hasToString(analyzer.positions(1, 2, 3, 7, -1)
                        .withoutDimensions(4)
                        .centered()
                        .statistics()
                        .toString())
                .asString()
                .contains("(positions 1 to 3, 7, 10; without dimension 4; centered)");
        assertThat(analyzer.points(StreamPoint.Role.RESID_POST).statistics().points())
                .containsExactly("blocks.0.resid_post", "blocks.1.resid_post");
        assertThat(analyzer.points("embed").statistics().points()).containsExactly("embed");
        assertThat(analyzer.layerNormalized().view().toString()).contains("epsilon 1.0E-5");
        assertThat(analyzer.view().toString()).isEqualTo("whole session");
    }

    @Test
    void theSessionsEpsilonIsUsed() {
        ActivationSession session = ActivationSession.builder()
                .point("embed", new float[][] {{1, -1}})
                .provenance(new Provenance(
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalDouble.of(3),
                        List.of(),
                        List.of()))
                .build();
        assertThat(ResidualAnalyzer.of(session).layerNormalized().statistics().max())
                .containsExactly(0.5);
    }

    @Test
    void whatAViewCannotHoldIsRefused() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.reference("micro"));
        assertThatThrownBy(() -> analyzer.positions(11))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("Position 11")
                .hasMessageContaining("0 to 10");
        assertThatThrownBy(() -> analyzer.points("blocks.9.resid_mid"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("blocks.9.resid_mid");
        assertThatThrownBy(() -> analyzer.points(StreamPoint.Role.FINAL)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> analyzer.withoutDimensions(16))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("Dimension 16");
        assertThatThrownBy(() -> analyzer.points("embed", "blocks.0.resid_post").magnitudes())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("blocks.0.resid_mid");
        assertThatThrownBy(() -> analyzer.standardized().updates())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("standardized");
        assertThatThrownBy(() -> analyzer.points("blocks.0.resid_mid").cosineWithEnds())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("embed");
        assertThatThrownBy(() ->
                        ResidualAnalyzer.of(TestSessions.reference("paris")).attentionPatterns())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("attention_patterns");
        assertThatThrownBy(() -> analyzer.principalComponents(0)).isInstanceOf(BadRequestException.class);
    }

    @Test
    void sessionsAreComparedValueByValue() {
        float[][] a = {{1, 2, 3}, {4, 5, 6}};
        float[][] b = {{1, 2, 3}, {4, 5.5f, 8}};
        float[][] nan = {{Float.NaN, 0, Float.POSITIVE_INFINITY}, {1, 1, 1}};
        float[][] opposite = {{Float.NaN, 0, Float.NEGATIVE_INFINITY}, {1, 1, 1}};
        SessionComparison comparison =
                ResidualAnalyzer.compare(TestSessions.of(a, a, nan, nan), TestSessions.of(a, b, nan, opposite));
        assertThat(comparison.maxAbsolute().toArray()).containsExactly(0, 2, 0, Double.POSITIVE_INFINITY);
        assertThat(comparison.maxRelative().value(1)).isEqualTo(0.25);
        assertThat(comparison.beyondTolerance().toArray()).containsExactly(0, 2, 0, 1);
        assertThat(comparison.cosine().value(0)).isEqualTo(1);
        assertThat(comparison.cosine().value(1))
                .isCloseTo((14 + 16 + 27.5 + 48) / Math.sqrt(91 * (14 + 16 + 30.25 + 64)), within(1e-12));
        assertThat(comparison.firstDifference())
                .contains(new SessionComparison.Difference("blocks.0.resid_mid", 1, "T1", 1, 5, 5.5f));
        assertThat(comparison.title()).contains("token 1 \"T1\", dimension 1: 5.0 against 5.5");
        assertThat(ResidualAnalyzer.of(TestSessions.of(a))
                        .comparedWith(ResidualAnalyzer.of(TestSessions.of(b)), 0, 0.25)
                        .firstDifference())
                .isEmpty();
        assertThatThrownBy(() -> ResidualAnalyzer.compare(TestSessions.of(a), TestSessions.of(a, b)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("points")
                .hasMessageContaining("blocks.0.resid_mid");
    }

    @Test
    void textsOfDifferentLengthsAreComparedFromTheirEnds() {
        ActivationSession three = TestSessions.of(new float[][] {{9, 9}, {1, 2}, {3, 4}});
        ActivationSession two = TestSessions.of(new float[][] {{1, 2}, {3, 4.5f}});
        SessionComparison comparison = ResidualAnalyzer.compareFromTheEnd(three, two);
        assertThat(comparison.beyondTolerance().toArray()).containsExactly(1);
        assertThat(comparison.firstDifference())
                .contains(new SessionComparison.Difference("embed", 1, "T2", 1, 4, 4.5f));
        assertThat(comparison.view())
                .hasToString("positions 1 to 2; against positions 0 to 1; atol 1.0E-4, rtol 0.001");
        assertThat(ResidualAnalyzer.compareFromTheEnd(two, three).firstDifference())
                .contains(new SessionComparison.Difference("embed", 1, "T1", 1, 4.5f, 4));
        assertThatThrownBy(() -> ResidualAnalyzer.compare(three, two))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContainingAll("positions", "3", "2", "from their ends", "pairs");
    }

    @Test
    void tokensAreComparedByPairs() {
        ActivationSession three = TestSessions.of(new float[][] {{9, 9}, {1, 2}, {3, 4}});
        ActivationSession two = TestSessions.of(new float[][] {{3, 4}, {9, 8}});
        SessionComparison last = ResidualAnalyzer.compare(three, two, new int[] {-1, -1});
        assertThat(last.maxAbsolute().toArray()).containsExactly(6);
        SessionComparison crossed = ResidualAnalyzer.compare(three, two, new int[] {2, 0}, new int[] {0, 1});
        assertThat(crossed.maxAbsolute().toArray()).containsExactly(1);
        assertThat(crossed.beyondTolerance().toArray()).containsExactly(1);
        assertThat(crossed.firstDifference()).contains(new SessionComparison.Difference("embed", 1, "T0", 1, 9, 8));
        assertThatThrownBy(() -> ResidualAnalyzer.compare(three, two, new int[] {1, 2}))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContainingAll("Position 2", "0 to 1");
        assertThatThrownBy(() -> ResidualAnalyzer.compare(three, two, new int[] {1}))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("[1]");
        assertThatThrownBy(() -> ResidualAnalyzer.of(three).comparedWith(ResidualAnalyzer.of(two), new int[0][], 0, 0))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("pair");
    }

    @Test
    void countsAndIndicesAreWhole() throws IOException {
        float[][] state = new float[4][200];
        for (float[] row : state) {
            for (int d = 0; d < row.length; d++) {
                row[d] = d % 2 == 0 ? 0.1f : -0.1f;
            }
            row[110] = 150;
        }
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(TestSessions.of(state, state, state));
        assertThat(analyzer.massiveActivations().toString())
                .containsPattern("embed, token 1 \"T1\", dimension 110 .* 0 +1 +110\n");
        assertThat(analyzer.outlierDimensions().toString()).containsPattern("resid_post, dimension 110 .* 2 +110\n");
        assertThat(analyzer.fullReport().toJson())
                .contains("\"token\":[0,1,2,3,0,1,2,3,0,1,2,3]", "\"dimension\":[110,110,110]")
                .doesNotContain("110.0");
        analyzer.massiveActivations().writeCsv(temp);
        assertThat(temp.resolve("massive_activations.csv"))
                .content()
                .contains("150.0,")
                .contains(",0,3,110\r\n");
        assertThatThrownBy(() -> analyzer.statistics().measure("std").ofWholeNumbers())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContainingAll("std", "no whole number");
    }

    @Test
    void everyTableBecomesCsv() throws IOException {
        ActivationSession session = ActivationSession.builder()
                .point("embed", new float[][] {{1, 3}, {0, 0}})
                .point("odd, \"name\"", new float[][] {{-1, 1}, {Float.NaN, 2}})
                .tokens(List.of(Token.of(0, 5, "\n"), Token.of(1, 6, " a")))
                .build();
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(session);
        assertThat(analyzer.statistics().writeCsv(temp)).containsExactly(temp.resolve("statistics.csv"));
        assertThat(Files.readString(temp.resolve("statistics.csv")))
                .isEqualTo("point_index,point,mean,std,min,max,abs_mean\r\n"
                        + "0,embed,1.0,1.224744871391589,0.0,3.0,1.0\r\n"
                        + "1,\"odd, \"\"name\"\"\",NaN,NaN,NaN,NaN,NaN\r\n");
        analyzer.cosineBetweenConsecutivePoints().writeCsv(temp);
        assertThat(Files.readString(temp.resolve("cosine_consecutive.csv")))
                .startsWith("transition_index,transition,token_index,token,cosine_consecutive\r\n"
                        + "0,\"embed → odd, \"\"name\"\"\",0,\"\n\",")
                .contains("1,\" a\",");
        List<Path> all = analyzer.fullReport().writeCsv(temp);
        assertThat(all)
                .doesNotHaveDuplicates()
                .allSatisfy(file -> assertThat(file).isNotEmptyFile())
                .contains(temp.resolve("token_statistics.l2.csv"), temp.resolve("token_statistics.growth.csv"));
        assertThat(analyzer.statistics().writeCsv(temp.resolve("made/when/missing")))
                .allSatisfy(file -> assertThat(file).isNotEmptyFile());
        assertThat(analyzer.statistics().writeCsv(temp.resolve("missing")).get(0))
                .hasSameTextualContentAs(temp.resolve("statistics.csv"));
        assertThatThrownBy(() -> analyzer.statistics().writeCsv(temp.resolve("statistics.csv")))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("statistics.csv");
    }
}
