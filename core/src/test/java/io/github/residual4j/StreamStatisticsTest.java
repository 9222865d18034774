package io.github.residual4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.PrincipalComponents;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-processor")
class StreamStatisticsTest {
    private static final int WIDTH = 6;

    @TempDir
    Path temp;

    private static ActivationSession session(int tokens, long seed) {
        Random random = new Random(seed);
        float[][][] states = new float[3][tokens][WIDTH];
        for (int t = 0; t < tokens; t++) {
            for (int d = 0; d < WIDTH; d++) {
                states[0][t][d] = (float) (1000 + seed + (d + 1) * random.nextGaussian());
                states[1][t][d] = (float) (states[0][t][d] * 0.5 + random.nextGaussian());
                states[2][t][d] = (float) (Math.exp(3 * random.nextGaussian()) - 2);
            }
        }
        return TestSessions.of(states);
    }

    private static List<ActivationSession> sessions() {
        return IntStream.range(0, 12).mapToObj(i -> session(1 + 3 * i, i)).toList();
    }

    private static StreamStatistics empty() {
        return new StreamStatistics()
                .withCovarianceOf("embed", "blocks.0.resid_post")
                .withSimilarity()
                .withDimensionQuantiles(20)
                .withCosines();
    }

    private static StreamStatistics inOrder() {
        StreamStatistics all = empty();
        sessions().forEach(all::add);
        return all;
    }

    /** All values of a point of all sessions together. */
    private static double[] values(int point) {
        return sessions().stream()
                .flatMapToDouble(s -> IntStream.range(0, s.tokens().size())
                        .boxed()
                        .flatMapToDouble(t -> IntStream.range(0, WIDTH).mapToDouble(d -> s.value(point, t, d))))
                .toArray();
    }

    @Test
    void momentsAreThoseOfAllValuesTogether() {
        StreamStatistics all = inOrder();
        assertThat(all.sessions()).isEqualTo(12);
        assertThat(all.tokens()).isEqualTo(12 + 3 * 66);
        for (int p = 0; p < 3; p++) {
            double[] x = values(p);
            double mean = Arrays.stream(x).sum() / x.length;
            double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / x.length;
            assertThat(all.summary().count().value(p)).isEqualTo(x.length);
            assertThat(all.summary().mean().value(p)).isCloseTo(mean, within(1e-7 * Math.abs(mean)));
            assertThat(all.summary().std().value(p)).isCloseTo(Math.sqrt(variance), within(1e-5 * Math.sqrt(variance)));
            assertThat(all.summary().min().value(p))
                    .isEqualTo(Arrays.stream(x).min().getAsDouble());
            assertThat(all.summary().max().value(p))
                    .isEqualTo(Arrays.stream(x).max().getAsDouble());
            double[] norms = IntStream.range(0, x.length / WIDTH)
                    .mapToDouble(t -> Math.sqrt(IntStream.range(0, WIDTH)
                            .mapToDouble(d -> x[t * WIDTH + d] * x[t * WIDTH + d])
                            .sum()))
                    .toArray();
            assertThat(all.summary().normMean().value(p))
                    .isCloseTo(Arrays.stream(norms).average().getAsDouble(), within(1e-4));
            assertThat(all.summary().normMax().value(p))
                    .isCloseTo(Arrays.stream(norms).max().getAsDouble(), within(1e-2));
        }
        assertThat(all.toString()).contains("12 sessions of 210 tokens", "blocks.0.resid_post");
    }

    @Test
    void dimensionsAreThoseOfAllTokensTogether() {
        StreamStatistics all = inOrder();
        for (int p = 0; p < 3; p++) {
            double[] x = values(p);
            int tokens = x.length / WIDTH;
            for (int d = 0; d < WIDTH; d++) {
                int dimension = d;
                double[] column = IntStream.range(0, tokens)
                        .mapToDouble(t -> x[t * WIDTH + dimension])
                        .toArray();
                double mean = Arrays.stream(column).sum() / tokens;
                double variance =
                        Arrays.stream(column).map(v -> (v - mean) * (v - mean)).sum() / tokens;
                double magnitude = Arrays.stream(column).map(Math::abs).sum() / tokens;
                assertThat(all.dimensions().mean().value(p, d)).isCloseTo(mean, within(1e-12 * Math.abs(mean) + 1e-12));
                assertThat(all.dimensions().std().value(p, d)).isCloseTo(Math.sqrt(variance), within(1e-9));
                assertThat(all.dimensions().meanMagnitude().value(p, d)).isCloseTo(magnitude, within(1e-9));
            }
        }
    }

    @Test
    void cosinesAreTheMeanOverAllTokens() {
        Measure cosines = inOrder().cosineBetweenAllPoints().mean();
        for (int p = 0; p < 3; p++) {
            for (int q = 0; q < 3; q++) {
                double[] x = values(p);
                double[] y = values(q);
                double sum = 0;
                for (int t = 0; t < x.length; t += WIDTH) {
                    double xy = 0;
                    double xx = 0;
                    double yy = 0;
                    for (int d = t; d < t + WIDTH; d++) {
                        xy += x[d] * y[d];
                        xx += x[d] * x[d];
                        yy += y[d] * y[d];
                    }
                    sum += xy / Math.sqrt(xx * yy);
                }
                assertThat(cosines.value(p, q)).isCloseTo(sum / (x.length / WIDTH), within(2e-6));
            }
        }
        assertThatThrownBy(() -> new StreamStatistics().cosineBetweenAllPoints())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("withCosines()");
    }

    @Test
    void aDimensionThatIsAlwaysLargeIsAnOutlier() {
        float[][] states = new float[4][16];
        for (int t = 0; t < 4; t++) {
            for (int d = 0; d < 16; d++) {
                states[t][d] = (t + d) % 2 == 0 ? 1 : -1;
            }
            states[t][11] = -40;
        }
        StreamStatistics statistics = new StreamStatistics()
                .withDimensions()
                .add(ResidualAnalyzer.of(TestSessions.of(states)).withoutDimensions(3));
        // Of 15 magnitudes one is 40 and 14 are 1: mean 3.6, deviation √(14 · 2.6² + 36.4²) / √15 = 9.728.
        assertThat(statistics.outlierDimensions().dimensions()).singleElement().satisfies(outlier -> {
            assertThat(outlier.dimension()).isEqualTo(11);
            assertThat(outlier.meanMagnitude()).isEqualTo(40);
            assertThat(outlier.deviations()).isCloseTo((40 - 3.6) / 9.728, within(1e-3));
        });
        assertThatThrownBy(() -> statistics.add(
                        ResidualAnalyzer.of(TestSessions.of(states)).withoutDimensions(4)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("other dimensions");
    }

    @Test
    void bytesKeepAllAsAFileDoes() throws IOException {
        StreamStatistics some = inOrder();
        byte[] bytes = some.toBytes();
        some.save(temp.resolve("statistics.npz"));
        assertThat(bytes).isEqualTo(Files.readAllBytes(temp.resolve("statistics.npz")));
        assertSame(StreamStatistics.fromBytes(bytes), some);
        assertThat(StreamStatistics.fromBytes(bytes).toBytes()).isEqualTo(bytes);
        for (byte[] damaged :
                List.of(new byte[0], new byte[] {1, 2, 3}, Arrays.copyOf(bytes, bytes.length / 2), changed(bytes))) {
            assertThatThrownBy(() -> StreamStatistics.fromBytes(damaged))
                    .isInstanceOf(BadFileException.class)
                    .hasMessageStartingWith("statistics in memory");
        }
        for (int length = 0;
                length < bytes.length;
                length += 31) { // also at the ends of entries and inside their headers
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> StreamStatistics.fromBytes(cut)).isInstanceOf(BadFileException.class);
        }
        byte[] npz = Files.readAllBytes(TestSessions.resource("npz/deflated.npz"));
        assertThatThrownBy(() -> StreamStatistics.fromBytes(npz)).isInstanceOf(BadFileException.class);
        assertThatThrownBy(() -> new StreamStatistics().toBytes()).isInstanceOf(BadRequestException.class);
    }

    private static byte[] changed(byte[] bytes) {
        byte[] damaged = bytes.clone();
        damaged[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("moments.0.npy") + 200] ^= 1;
        return damaged;
    }

    @Test
    void quantilesAreWithinOnePercent() {
        double[] sorted = values(2);
        Arrays.sort(sorted);
        Measure quantiles = inOrder().quantiles(0, 0.1, 0.5, 0.99, 1).values();
        double[] shares = {0, 0.1, 0.5, 0.99, 1};
        for (int q = 0; q < shares.length; q++) {
            double exact = sorted[(int) Math.floor(shares[q] * (sorted.length - 1))];
            assertThat(quantiles.value(2, q)).isCloseTo(exact, within(0.0101 * Math.abs(exact)));
        }
        assertThatThrownBy(() -> inOrder().quantiles(1.5))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("1.5");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anyOrderAndGroupingGivesTheSame(long seed) {
        Random random = new Random(seed);
        List<StreamStatistics> parts = new ArrayList<>();
        for (ActivationSession session : sessions()) {
            if (parts.isEmpty() || random.nextBoolean()) {
                parts.add(random.nextInt(parts.size() + 1), empty());
            }
            parts.get(random.nextInt(parts.size())).add(session);
        }
        parts.add(empty());
        while (parts.size() > 1) {
            StreamStatistics one = parts.remove(random.nextInt(parts.size()));
            parts.get(random.nextInt(parts.size())).merge(one);
        }
        assertSame(parts.get(0), inOrder());
    }

    private static void assertSame(StreamStatistics actual, StreamStatistics expected) {
        assertThat(actual.sessions()).isEqualTo(expected.sessions());
        assertThat(actual.tokens()).isEqualTo(expected.tokens());
        for (Measure measure : expected.summary().measures()) {
            assertClose(actual.summary().measure(measure.name()), measure, 1e-12);
        }
        assertThat(actual.quantiles(0, 0.25, 0.5, 1)).isEqualTo(expected.quantiles(0, 0.25, 0.5, 1));
        assertClose(actual.similarity().cka(), expected.similarity().cka(), 1e-9);
        var mine = actual.components("embed", 3);
        var theirs = expected.components("embed", 3);
        assertClose(mine.explainedVariance(), theirs.explainedVariance(), 1e-9);
        assertClose(mine.components(), theirs.components(), 1e-6);
        assertClose(
                actual.cosineBetweenAllPoints().mean(),
                expected.cosineBetweenAllPoints().mean(),
                1e-12);
        for (Measure measure : expected.dimensions().measures()) {
            assertClose(actual.dimensions().measure(measure.name()), measure, 1e-12);
        }
    }

    private static void assertClose(Measure actual, Measure expected, double tolerance) {
        assertThat(actual.axes()).isEqualTo(expected.axes());
        assertThat(actual.toArray())
                .as(expected.name())
                .usingComparatorWithPrecision(tolerance
                        * Arrays.stream(expected.toArray()).map(Math::abs).max().orElse(0))
                .containsExactly(expected.toArray());
    }

    @Test
    void aParallelStreamCollectsThem() {
        assertSame(
                sessions().parallelStream().collect(StreamStatistics.collector(StreamStatisticsTest::empty)),
                inOrder());
    }

    @Test
    void componentsAreThoseOfAllStatesTogether() {
        // One session that holds all tokens, by the analyzer's own decomposition of its states.
        float[][] all = sessions().stream()
                .flatMap(s -> IntStream.range(0, s.tokens().size()).mapToObj(t -> s.vector(2, t)))
                .toArray(float[][]::new);
        PrincipalComponents expected = ResidualAnalyzer.of(TestSessions.of(all)).principalComponents(2);
        var found = inOrder().components("blocks.0.resid_post", 2);
        assertClose(found.explainedVariance(), expected.explainedVariance(), 1e-9);
        assertClose(found.explainedRatio(), expected.explainedRatio(), 1e-9);
        assertClose(found.components(), expected.components(), 1e-7);
        assertThatThrownBy(() -> inOrder().components("blocks.0.resid_mid", 2))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("blocks.0.resid_mid");
    }

    @Test
    void similarityIsTheRatioOfUnbiasedCriteria() {
        double[][] sums = new double[3][3];
        for (ActivationSession s : sessions()) {
            for (int p = 0; p < 3; p++) {
                for (int q = 0; q < 3; q++) {
                    sums[p][q] += s.tokens().size() < 4 ? 0 : hsic(s, p, q);
                }
            }
        }
        Measure cka = inOrder().similarity().cka();
        for (int p = 0; p < 3; p++) {
            for (int q = 0; q < 3; q++) {
                assertThat(cka.value(p, q)).isCloseTo(sums[p][q] / Math.sqrt(sums[p][p] * sums[q][q]), within(1e-6));
            }
        }
        assertThat(cka.value(0, 1)).isGreaterThan(0.8);
        assertThat(cka.value(0, 2)).isBetween(-0.3, 0.3);
        assertThat(inOrder().similarity().view().description()).contains("1 left out");
    }

    /** Where a float cannot hold the square of a state, or not precisely. */
    @ParameterizedTest
    @ValueSource(floats = {1e25f, 1e-25f})
    void similarityAndCosinesDoNotDependOnTheScale(float scale) {
        StreamStatistics scaled = empty();
        for (ActivationSession session : sessions()) {
            float[][][] states = new float[3][session.tokens().size()][WIDTH];
            for (int p = 0; p < 3; p++) {
                for (int t = 0; t < states[p].length; t++) {
                    for (int d = 0; d < WIDTH; d++) {
                        states[p][t][d] = session.value(p, t, d) * scale;
                    }
                }
            }
            scaled.add(TestSessions.of(states));
        }
        assertClose(scaled.similarity().cka(), inOrder().similarity().cka(), 1e-5);
        assertClose(
                scaled.cosineBetweenAllPoints().mean(),
                inOrder().cosineBetweenAllPoints().mean(),
                1e-6);
    }

    /** Unbiased HSIC from its means over different tokens (Song et al. 2012, formula 4). */
    private static double hsic(ActivationSession s, int p, int q) {
        int n = s.tokens().size();
        double[][] k = gram(s, p);
        double[][] l = gram(s, q);
        // k(i,j)·[l(i,j) + l(u,v) − 2·l(i,u)] summed over different i, j, u, v, by inclusion and exclusion of the sums.
        double same = 0;
        double sumK = 0;
        double sumL = 0;
        double shared = 0;
        for (int i = 0; i < n; i++) {
            double rowK = 0;
            double rowL = 0;
            for (int j = 0; j < n; j++) {
                if (i != j) {
                    same += k[i][j] * l[i][j];
                    rowK += k[i][j];
                    rowL += l[i][j];
                }
            }
            shared += rowK * rowL;
            sumK += rowK;
            sumL += rowL;
        }
        double triples = shared - same; // Σ k(i,j) l(i,u) over different i, j, u
        double quadruples = sumK * sumL - 4 * shared + 2 * same; // Σ k(i,j) l(u,v) over different i, j, u, v
        double m = n;
        return same / (m * (m - 1))
                + quadruples / (m * (m - 1) * (m - 2) * (m - 3))
                - 2 * triples / (m * (m - 1) * (m - 2));
    }

    private static double[][] gram(ActivationSession s, int p) {
        int n = s.tokens().size();
        double[] mean = new double[WIDTH];
        for (int t = 0; t < n; t++) {
            for (int d = 0; d < WIDTH; d++) {
                mean[d] += (double) s.value(p, t, d) / n;
            }
        }
        double[][] gram = new double[n][n];
        for (int t = 0; t < n; t++) {
            for (int u = 0; u < n; u++) {
                for (int d = 0; d < WIDTH; d++) {
                    gram[t][u] += (s.value(p, t, d) - mean[d]) * (s.value(p, u, d) - mean[d]);
                }
            }
        }
        return gram;
    }

    @Test
    void valuesThatAreNotFiniteAreCountedAndLeftOut() {
        float[][] broken = {{1, 2}, {Float.NaN, 6}, {3, Float.NEGATIVE_INFINITY}, {4, 4}, {5, 5}};
        StreamStatistics statistics = new StreamStatistics()
                .withCovarianceOf("embed")
                .withSimilarity()
                .add(TestSessions.of(broken, new float[5][2]));
        assertThat(statistics.summary().count().toArray()).containsExactly(8, 10);
        assertThat(statistics.summary().notFinite().toArray()).containsExactly(2, 0);
        assertThat(statistics.summary().mean().value(0)).isEqualTo(30 / 8.0);
        assertThat(statistics.summary().max().value(0)).isEqualTo(6);
        assertThat(statistics.summary().normMax().value(0)).isCloseTo(Math.sqrt(50), within(1e-5));
        assertThat(statistics.quantiles(1).values().value(0, 0)).isCloseTo(6, within(0.06));
        assertThat(statistics.components("embed", 2).explainedVariance().value(0))
                .isPositive();
        assertThat(statistics.similarity().cka().toArray()).containsOnly(Double.NaN);
        assertThat(statistics.summary().std().value(1)).isZero();
    }

    @Test
    void viewsAreTakenInAsTheyAre() {
        StreamStatistics statistics = new StreamStatistics()
                .add(ResidualAnalyzer.of(TestSessions.of(new float[][] {{3000, 1}, {3, 4}}))
                        .withoutFirstPosition());
        assertThat(statistics.summary().max().toArray()).containsExactly(4);
        assertThat(statistics.summary().normMean().toArray()).containsExactly(5);
    }

    @Test
    void otherPointsOrWidthsAreRefusedAndNothingIsTakenIn() {
        StreamStatistics all = inOrder();
        String before = all.toString();
        assertThatThrownBy(() -> all.add(TestSessions.of(new float[][] {{1}})))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("width 6")
                .hasMessageContaining("width 1");
        assertThatThrownBy(() -> all.merge(new StreamStatistics())).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(all::withSimilarity).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> new StreamStatistics()
                        .withCovarianceOf("nowhere")
                        .add(sessions().get(0)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> new StreamStatistics().similarity()).isInstanceOf(BadRequestException.class);
        assertThat(all).hasToString(before);
    }

    @Test
    void aFileKeepsAllAndGoesOn() throws IOException {
        StreamStatistics some = empty();
        sessions().subList(0, 5).forEach(some::add);
        some.save(temp.resolve("statistics.npz"));
        StreamStatistics again = StreamStatistics.load(temp.resolve("statistics.npz"));
        assertSame(again, some);
        sessions().subList(5, 12).forEach(again::add);
        assertSame(again, inOrder());
        assertThat(Files.size(temp.resolve("statistics.npz"))).isLessThan(60_000);

        byte[] bytes = Files.readAllBytes(temp.resolve("statistics.npz"));
        int entry = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("moments.0.npy");
        bytes[entry + 200] ^= 1; // past the entry's name and the npy header of 128 bytes
        Files.write(temp.resolve("damaged.npz"), bytes);
        assertThatThrownBy(() -> StreamStatistics.load(temp.resolve("damaged.npz")))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("damaged.npz");
        assertThatThrownBy(() -> StreamStatistics.load(TestSessions.resource("npz/deflated.npz")))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("no stream statistics");
        assertThatThrownBy(() -> new StreamStatistics().save(temp.resolve("empty.npz")))
                .isInstanceOf(BadRequestException.class);
        assertThat(temp.resolve("empty.npz")).doesNotExist();
    }
}
