package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.analysis.CorpusReport;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Theme;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusFiguresTest {
    private static final int WIDTH = 24;

    @TempDir
    Path temp;

    /** @param outlier how large dimension 5 is */
    private static CorpusReport report(double outlier) {
        return report(outlier, Map.of("model", "a <model>"));
    }

    private static CorpusReport report(double outlier, Map<String, String> about) {
        Random random = new Random(1);
        StreamStatistics statistics =
                new StreamStatistics().withDimensions().withCosines().withSimilarity();
        for (int n = 0; n < 6; n++) {
            ActivationSessionBuilder builder = ActivationSession.builder();
            for (String point : List.of("embed", "blocks.0.resid_mid", "blocks.0.resid_post")) {
                float[][] state = new float[8][WIDTH];
                for (float[] row : state) {
                    for (int d = 0; d < WIDTH; d++) {
                        row[d] = (float) (random.nextGaussian() + (d == 5 ? outlier : 0));
                    }
                }
                builder.point(point, state);
            }
            statistics.add(builder.build());
        }
        return new CorpusReport(
                about,
                6,
                6,
                48,
                42,
                -84,
                List.of(
                        statistics.summary(),
                        statistics.quantiles(0.01, 0.25, 0.5, 0.75, 0.99),
                        statistics.outlierDimensions(),
                        statistics.cosineBetweenAllPoints(),
                        statistics.similarity()));
    }

    @Test
    void everyFigureIsWrittenAndShownOnAPage() {
        List<Path> files = CorpusFigures.of(report(30)).writeAll(temp);
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .containsExactly("statistics.png", "cosine-points.png", "similarity.png", "outliers.png", "index.html");
        assertThat(files).allSatisfy(file -> assertThat(file).isNotEmptyFile());
        assertThat(temp.resolve("index.html"))
                .content()
                .contains("a &lt;model&gt; · 6 texts in 6 windows, 48 tokens, perplexity 7.39", "outliers.png");
    }

    @Test
    void figuresShowTheReportsNumbers() {
        CorpusReport report = report(30);
        Heatmap cosines = (Heatmap)
                CorpusFigures.of(report).cosineBetweenAllPoints().panels().get(0);
        assertThat(cosines.value(0, 2))
                .isEqualTo(report.result("cosine_between_points")
                        .measure("cosine_mean")
                        .value(0, 2));
        Heatmap cka = (Heatmap) CorpusFigures.of(report).similarity().panels().get(0);
        assertThat(cka.value(1, 1)).isLessThanOrEqualTo(1);
        assertThat(CorpusFigures.of(report).statistics().panels()).hasSize(4);
        assertThat(CorpusFigures.of(report).theme(Theme.DARK).statistics().theme())
                .isEqualTo(Theme.DARK);
    }

    @Test
    void figuresSayWhetherTheFirstPositionIsInThem() {
        assertThat(CorpusFigures.of(report(30, Map.of("first_position", "left out")))
                        .statistics()
                        .titles()
                        .subtitle())
                .endsWith("perplexity 7.39, statistics without the first position of each window");
        assertThat(CorpusFigures.of(report(30, Map.of("first_position", "taken in")))
                        .statistics()
                        .titles()
                        .subtitle())
                .endsWith("perplexity 7.39");
    }

    @Test
    void aCorpusWithoutOutliersHasAFigureOfNone() {
        assertThat(CorpusFigures.of(report(0)).outliers().titles().footnote()).startsWith("0 dimensions at 0 places: ");
        assertThat(CorpusFigures.of(report(0)).outliers().toPng()).isNotEmpty();
        Chart places = (Chart) CorpusFigures.of(report(30)).outliers().panels().get(0);
        assertThat(places.marks()).hasSize(1);
    }
}
