package io.github.residual4j.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.hook.FloatTensor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What all results have in common, whatever they answer. */
class AnalysisResultTest {
    private static final int TOKENS = 6;
    private static final int WIDTH = 8;

    private static ActivationSession session(long seed) {
        Random random = new Random(seed);
        var builder = ActivationSession.builder();
        for (String point : List.of("embed", "blocks.0.resid_mid", "blocks.0.resid_post")) {
            float[][] state = new float[TOKENS][WIDTH];
            for (float[] row : state) {
                for (int i = 0; i < WIDTH; i++) {
                    row[i] = (float) random.nextGaussian();
                }
            }
            builder.point(point, state);
        }
        float[] patterns = new float[TOKENS * TOKENS];
        for (int query = 0; query < TOKENS; query++) {
            for (int key = 0; key <= query; key++) {
                patterns[query * TOKENS + key] = 1f / (query + 1);
            }
        }
        return builder.array("attention_patterns", FloatTensor.of(patterns, 1, 1, TOKENS, TOKENS))
                .build();
    }

    private static List<AnalysisResult> results() {
        ResidualAnalyzer analyzer = ResidualAnalyzer.of(session(1));
        StreamStatistics statistics = new StreamStatistics()
                .withCovarianceOf("embed")
                .withDimensionQuantiles(5)
                .withCosines();
        statistics.add(session(1)).add(session(2));
        List<AnalysisResult> results = new ArrayList<>(analyzer.fullReport().results());
        results.add(analyzer.cosineBetweenAllPointsByToken());
        results.add(analyzer.attentionPatterns());
        results.add(ResidualAnalyzer.compare(session(1), session(2)));
        results.add(statistics.summary());
        results.add(statistics.quantiles(0.5));
        results.add(statistics.components("embed", 2));
        results.add(statistics.dimensions());
        results.add(statistics.driftFrom(statistics));
        results.add(statistics.cosineBetweenAllPoints());
        results.add(statistics.outlierDimensions());
        return results;
    }

    @Test
    void everyAccessorGivesAMeasureOfItsOwn() throws ReflectiveOperationException {
        int accessors = 0;
        for (AnalysisResult result : results()) {
            List<String> names = new ArrayList<>();
            for (Method method : result.getClass().getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())
                        && method.getParameterCount() == 0
                        && method.getReturnType() == Measure.class) {
                    Measure measure = (Measure) method.invoke(result);
                    assertThat(result.measures()).as(method.toString()).contains(measure);
                    names.add(measure.name());
                }
            }
            assertThat(names).as(result.key()).doesNotHaveDuplicates();
            accessors += names.size();
        }
        assertThat(accessors).isGreaterThan(40);
    }

    @Test
    void arraysAreThoseOfTheMeasures() {
        BlockMagnitudes blocks = ResidualAnalyzer.of(session(1)).magnitudes();
        assertThat(blocks.attentionRatio())
                .isEqualTo(blocks.measure("attention_ratio").toArray());
        assertThat(blocks.mlpPercent()).isEqualTo(blocks.measure("mlp_percent").toArray());
        PointStatistics points = ResidualAnalyzer.of(session(1)).statistics();
        assertThat(points.mean()).isEqualTo(points.measure("mean").toArray());
        assertThat(points.min()).isEqualTo(points.measure("min").toArray());
        assertThat(points.absMean()).isEqualTo(points.measure("abs_mean").toArray());
    }

    @Test
    void blocksAndTokensAreLabelled() {
        BlockAlignment alignment = ResidualAnalyzer.of(session(1)).alignment();
        assertThat(alignment.blocks()).containsExactly("L0");
        assertThat(alignment.tokens()).containsExactly("T0", "T1", "T2", "T3", "T4", "T5");
    }

    @Test
    void reportsAreEqualByContent() {
        AnalysisReport report = ResidualAnalyzer.of(session(1)).report();
        AnalysisReport same = ResidualAnalyzer.of(session(1)).report();
        assertThat(report).isEqualTo(same).hasSameHashCodeAs(same);
        AnalysisReport other = ResidualAnalyzer.of(session(2)).report();
        assertThat(report).isNotEqualTo(other);
        assertThat(report.hashCode()).isNotEqualTo(other.hashCode());
        assertThat(report.results()).hasSize(4);
        assertThat(report.toString()).isNotEqualTo(other.toString()).contains("attention_ratio", "residual_mlp");
    }

    @Test
    void reportsTellTokensAndView() {
        JsonObject json = JsonParser.parseString(ResidualAnalyzer.of(session(1))
                        .withoutFirstPosition()
                        .report()
                        .toJson())
                .getAsJsonObject();
        assertThat(json.getAsJsonArray("tokens")).hasSize(TOKENS - 1);
        assertThat(json.get("view").getAsString()).isNotBlank();
    }

    @Test
    void longTablesLeaveOutTheirMiddleAndSaySo() {
        int rows = 1000;
        List<String> labels = new ArrayList<>();
        double[] values = new double[rows];
        for (int row = 0; row < rows; row++) {
            labels.add("r" + row);
            values[row] = row;
        }
        List<String> shown = Measure.of("m", "nats", new Axis("row", labels), values)
                .toString()
                .lines()
                .toList();
        assertThat(shown.get(0)).contains("m [nats]");
        int gap = 1;
        while (!shown.get(gap).startsWith("…")) {
            assertThat(shown.get(gap)).startsWith("r" + (gap - 1) + " ");
            gap++;
        }
        assertThat(gap).isGreaterThan(3);
        int after = shown.size() - gap - 1;
        assertThat(Math.abs(gap - 1 - after)).isLessThan(2);
        for (int i = 0; i < after; i++) {
            assertThat(shown.get(gap + 1 + i)).startsWith("r" + (rows - after + i) + " ");
        }
    }

    @Test
    void everyPageOfACubeShowsItsOwnNumbers() {
        Axis two = new Axis("page", List.of("p", "q"));
        Axis one = new Axis("row", List.of("r"));
        String cube = Measure.of("m", "", two, one, one, new double[][][] {{{1}}, {{2}}})
                .toString();
        assertThat(cube).containsSubsequence("m, page p", "1.000", "m, page q", "2.000");
    }

    @Test
    void numbersHaveFourDigitsWhateverTheirSize() {
        double[] values = {0, 1e-5, 1e-4, 123.456, 9_999_999, 1e7, -0.25, Double.NEGATIVE_INFINITY};
        String[] written = {"0.000", "1.000e-05", "0.0001000", "123.5", "9999999", "1.000e+07", "-0.2500", "-∞"};
        for (int i = 0; i < values.length; i++) {
            assertThat(TableText.number(values[i])).isEqualTo(written[i]);
        }
    }
}
