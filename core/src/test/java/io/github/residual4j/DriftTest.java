package io.github.residual4j;

import static io.github.residual4j.testing.ActivationAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.analysis.DriftFinding;
import io.github.residual4j.analysis.DriftThresholds;
import io.github.residual4j.analysis.StreamDrift;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.testing.ActivationSoftAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class DriftTest {
    private static final int WIDTH = 5;
    private static final int TOKENS = 4000;

    /** One point; dimension d has mean d and deviation d + 1, but for dimension 2, which is moved and stretched. */
    private static float[][] states(long seed, double move, double stretch) {
        Random random = new Random(seed);
        float[][] states = new float[TOKENS][WIDTH];
        for (float[] row : states) {
            for (int d = 0; d < WIDTH; d++) {
                double own = d + (d + 1) * random.nextGaussian() * (d == 2 ? stretch : 1);
                row[d] = (float) (own + (d == 2 ? move : 0));
            }
        }
        return states;
    }

    private static StreamStatistics statistics(float[][] states) {
        return new StreamStatistics().withDimensions().add(TestSessions.of(states));
    }

    private static double[] column(float[][] states, int dimension) {
        return Arrays.stream(states).mapToDouble(row -> row[dimension]).toArray();
    }

    private static double mean(double[] x) {
        return Arrays.stream(x).average().orElseThrow();
    }

    private static double std(double[] x) {
        double mean = mean(x);
        return Math.sqrt(
                Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    }

    private static double pooled(double a, double b) {
        return Math.sqrt((a * a + b * b) / 2);
    }

    @Test
    void measuresAreThoseOfTheValues() {
        float[][] now = states(1, 4, 1.5);
        float[][] then = states(2, 0, 1);
        StreamDrift drift = statistics(now).driftFrom(statistics(then));
        for (int d = 0; d < WIDTH; d++) {
            double[] mine = column(now, d);
            double[] theirs = column(then, d);
            assertThat(drift.dimensionMeanDifference().value(0, d))
                    .isCloseTo((mean(mine) - mean(theirs)) / pooled(std(mine), std(theirs)), within(1e-9));
            assertThat(drift.dimensionStdRatio().value(0, d)).isCloseTo(std(mine) / std(theirs), within(1e-9));
        }
        double[] all = flat(now);
        double[] others = flat(then);
        assertThat(drift.meanDifference().value(0))
                .isCloseTo((mean(all) - mean(others)) / pooled(std(all), std(others)), within(1e-6));
        assertThat(drift.stdRatio().value(0)).isCloseTo(std(all) / std(others), within(1e-5));
        double[] norms = norms(now);
        double[] othersNorms = norms(then);
        assertThat(drift.normDifference().value(0))
                .isCloseTo((mean(norms) - mean(othersNorms)) / pooled(std(norms), std(othersNorms)), within(1e-5));
        Arrays.sort(all);
        Arrays.sort(others);
        double distance = IntStream.rangeClosed(1, 19)
                        .mapToDouble(q -> Math.abs(all[(int) (q / 20.0 * (all.length - 1))]
                                - others[(int) (q / 20.0 * (others.length - 1))]))
                        .sum()
                / 19
                / pooled(std(all), std(others));
        assertThat(drift.quantileDistance().value(0)).isCloseTo(distance, within(0.02)); // of sketches within 1 %
    }

    private static double[] flat(float[][] states) {
        return Arrays.stream(states)
                .flatMapToDouble(row -> IntStream.range(0, WIDTH).mapToDouble(d -> row[d]))
                .toArray();
    }

    private static double[] norms(float[][] states) {
        return Arrays.stream(states)
                .mapToDouble(row -> Math.sqrt(IntStream.range(0, WIDTH)
                        .mapToDouble(d -> (double) row[d] * row[d])
                        .sum()))
                .toArray();
    }

    private static StreamStatistics reference(String name) {
        return new StreamStatistics().withDimensionQuantiles(32).add(TestSessions.reference(name));
    }

    /** Against what {@code make_expected_drift.py} found; the longer session has 32 tokens, all in the sample. */
    @Test
    void measuresAreThoseOfNumpy() throws IOException {
        JsonObject expected = JsonParser.parseString(
                        Files.readString(TestSessions.resource("reference/paris/expected-drift.json")))
                .getAsJsonObject();
        StreamDrift drift = reference("paris").driftFrom(reference("unicode"));
        List<String> ofSketch = List.of("quantile_distance"); // whose values are within 1 %
        assertThat(expected.keySet()).hasSize(7).allSatisfy(name -> {
            double[] values = drift.measure(name).toArray();
            double[] theirs = flat(expected.getAsJsonArray(name));
            assertThat(values).as(name).hasSameSizeAs(theirs);
            for (int i = 0; i < theirs.length; i++) {
                double tolerance = ofSketch.contains(name) ? 0.02 : 1e-5 + 1e-5 * Math.abs(theirs[i]);
                assertThat(values[i]).as("%s %d", name, i).isCloseTo(theirs[i], within(tolerance));
            }
        });
    }

    private static double[] flat(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .flatMapToDouble(e ->
                        e.isJsonArray() ? Arrays.stream(flat(e.getAsJsonArray())) : DoubleStream.of(e.getAsDouble()))
                .toArray();
    }

    /** Mean and deviation of dimension 0 stay, but it takes two values only. */
    @Test
    void aDimensionOfAnotherShapeIsFoundByItsQuantiles() {
        float[][] then = states(2, 0, 1);
        float[][] now = states(1, 0, 1);
        for (int t = 0; t < TOKENS; t++) {
            now[t][0] = t % 2 == 0 ? 1 : -1;
        }
        StreamStatistics baseline =
                new StreamStatistics().withDimensionQuantiles(1000).add(TestSessions.of(then));
        StreamStatistics today =
                new StreamStatistics().withDimensionQuantiles(1000).add(TestSessions.of(now));
        assertThat(today.driftFrom(baseline).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.measure()).isEqualTo("dimension_quantile_distance");
            assertThat(finding.dimension()).isEqualTo(OptionalInt.of(0));
            assertThat(finding.toString()).startsWith("embed, dimension 0: quantile distance is 0.");
            // The mean of |sign(x) − x| over these quantiles x of a standard normal (Python's NormalDist.inv_cdf).
            assertThat(finding.value()).isCloseTo(0.49, within(0.1));
        });
        assertThat(statistics(now).driftFrom(statistics(then)).findings()).isEmpty();
        assertThat(baseline)
                .hasNotDriftedFrom(
                        new StreamStatistics().withDimensionQuantiles(1000).add(TestSessions.of(states(3, 0, 1))));
        assertThatThrownBy(() -> new StreamStatistics().withDimensionQuantiles(10_001))
                .hasMessage("Quantiles of dimensions are taken from 1 to 10000 tokens, not 10001.");
    }

    @Test
    void anotherSampleOfTheSameHasNotDrifted() {
        assertThat(statistics(states(1, 0, 1))).hasNotDriftedFrom(statistics(states(2, 0, 1)));
        StreamDrift drift = statistics(states(1, 0, 1)).driftFrom(statistics(states(2, 0, 1)));
        assertThat(drift.findings()).isEmpty();
        assertThat(drift.score().value(0)).isBetween(0.0, 1.0);
        StreamStatistics same = statistics(states(1, 0, 1));
        assertThat(same.driftFrom(same).score().value(0)).isZero();
    }

    @Test
    void aDimensionThatMovedIsFoundAndNamed() {
        StreamStatistics now = statistics(states(1, 1.5, 1)); // by half its deviation of 3
        StreamStatistics then = statistics(states(2, 0, 1));
        DriftFinding first = now.driftFrom(then).findings().get(0);
        assertThat(first.dimension()).isEqualTo(OptionalInt.of(2));
        assertThat(first.measure()).isEqualTo("dimension_mean_difference");
        assertThat(first.value()).isCloseTo(0.5, within(0.1));
        assertThat(first.score()).isCloseTo(2, within(0.4));
        assertThatThrownBy(() -> assertThat(now).hasNotDriftedFrom(then))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("1 session of 4000 tokens against")
                .hasMessageContaining("embed, dimension 2: mean difference is 0.")
                .hasMessageContaining(", was 2.");
        assertThat(now).hasNotDriftedFrom(then, new DriftThresholds(0.7, 1.25, 0.25));
    }

    @Test
    void aDimensionThatSpreadsIsFound() {
        StreamStatistics now = statistics(states(1, 0, 0.6));
        StreamStatistics then = statistics(states(2, 0, 1));
        assertThat(now.driftFrom(then).findings()).anySatisfy(finding -> {
            assertThat(finding.measure()).isEqualTo("dimension_std_ratio");
            assertThat(finding.value()).isCloseTo(0.6, within(0.05));
            assertThat(finding.score()).isCloseTo(Math.log(1 / 0.6) / Math.log(1.25), within(0.3));
        });
    }

    @Test
    void valuesThatAreNotFiniteAreDriftAndThoseThatNeverVaryAreNone() {
        float[][] constant = new float[10][WIDTH];
        Arrays.stream(constant).forEach(row -> Arrays.fill(row, 3));
        assertThat(statistics(constant)).hasNotDriftedFrom(statistics(constant));
        float[][] broken = Arrays.stream(constant).map(float[]::clone).toArray(float[][]::new);
        broken[4][1] = Float.NaN;
        assertThat(statistics(broken).driftFrom(statistics(constant)).findings().get(0))
                .hasToString("embed: count of values that are not finite is 1.00, beyond 0.00 (1.000, was 0.000)");
        float[][] other = Arrays.stream(constant).map(float[]::clone).toArray(float[][]::new);
        Arrays.stream(other).forEach(row -> row[0] = 4);
        assertThat(statistics(other).driftFrom(statistics(constant)).score().value(0))
                .isInfinite();
    }

    @Test
    void softAssertionsCollectIt() {
        ActivationSoftAssertions softly = new ActivationSoftAssertions();
        softly.assertThat(statistics(states(1, 3, 1))).hasNotDriftedFrom(statistics(states(2, 0, 1)));
        assertThatThrownBy(softly::assertAll).hasMessageContaining("dimension 2");
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        StreamStatistics some = statistics(states(1, 0, 1));
        StreamStatistics pointsOnly = new StreamStatistics().add(TestSessions.of(states(2, 0, 1)));
        assertThatThrownBy(() -> some.driftFrom(pointsOnly))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("The baseline keeps no dimensions");
        assertThatThrownBy(() -> pointsOnly.driftFrom(some))
                .hasMessageContaining("These statistics keep no dimensions");
        assertThatThrownBy(() -> some.driftFrom(statistics(new float[3][2]))).hasMessageContaining("of width 2");
        assertThatThrownBy(() -> some.driftFrom(new StreamStatistics())).hasMessageContaining("baseline of 0");
        assertThatThrownBy(() -> new DriftThresholds(0.1, 1, 0.1)).isInstanceOf(BadRequestException.class);
        assertThatCode(() -> pointsOnly.driftFrom(pointsOnly)).doesNotThrowAnyException();
        assertThatThrownBy(() -> pointsOnly.driftFrom(pointsOnly).dimensionStdRatio())
                .isInstanceOf(BadRequestException.class);
    }
}
