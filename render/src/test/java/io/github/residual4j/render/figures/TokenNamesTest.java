package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.LogitLens;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.OutlierDimension;
import io.github.residual4j.analysis.View;
import io.github.residual4j.hook.Token;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Theme;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How figures call tokens, and what they count. */
class TokenNamesTest {
    private static ResidualFigures figures(ActivationSession session) {
        return ResidualFigures.of(ResidualAnalyzer.of(session));
    }

    private static List<String> columns(ResidualFigures figures) {
        return ((Heatmap) figures.cosineBetweenConsecutivePoints().panels().get(0)).columnLabels();
    }

    @Test
    void ofManyTokensEachIsToldWithItsPosition() {
        List<String> words = IntStream.range(0, 60).mapToObj(i -> " w" + i % 7).toList();
        ActivationSession session = Sessions.random(words, 5, 8);
        assertThat(columns(figures(session))).startsWith("0 ␣w0", "1 ␣w1").endsWith("59 ␣w3");
        ResidualAnalyzer rest = ResidualAnalyzer.of(session).withoutFirstPosition();
        assertThat(columns(ResidualFigures.of(rest))).startsWith("1 ␣w1").endsWith("59 ␣w3");
        assertThat(columns(figures(Sessions.random(words.subList(0, 9), 5, 8)))).startsWith("␣w0");
    }

    @Test
    void partsOfACharacterAreToldByTheirBytes() {
        ActivationSession session = ActivationSession.builder()
                .point("embed", new float[][] {{1, 2}, {3, 4}})
                .point("blocks.0.resid_mid", new float[][] {{1, 2}, {3, 5}})
                .point("blocks.0.resid_post", new float[][] {{1, 3}, {3, 4}})
                .tokens(List.of(Token.of(0, 1, "\uFFFD"), Token.of(1, 2, "\uFFFD")))
                .text("東")
                .build();
        assertThat(columns(figures(session))).containsExactly("⟨E6\u00A09D⟩\u00A0東", "⟨B1⟩\u00A0東");
        assertThat(figures(session).grid(0, 1).title()).endsWith("“⟨B1⟩\u00A0東”");
        assertThat(new String(figures(session).layers(0).toHtml(), StandardCharsets.UTF_8))
                .contains("⟨E6\u00A09D⟩\u00A0東")
                .doesNotContain("\uFFFD");
        assertThat(new String(ResidualExplorer.of(session).toHtml(), StandardCharsets.UTF_8))
                .contains("⟨E6\u00A09D⟩\u00A0東")
                .doesNotContain("\uFFFD");
    }

    @Test
    void theSummaryTellsThemToo() {
        ActivationSession session = ActivationSession.builder()
                .point("embed", new float[][] {{1, 2}, {3, 4}})
                .point("blocks.0.resid_mid", new float[][] {{1, 2}, {-3, 5}})
                .point("blocks.0.resid_post", new float[][] {{1, 3}, {3, 4}})
                .tokens(List.of(Token.of(0, 1, "\uFFFD"), Token.of(1, 2, "\uFFFD")))
                .text("東")
                .build();
        assertThat(Summary.of(ResidualAnalyzer.of(session)))
                .anyMatch(sentence -> sentence.contains("“⟨B1⟩\u00A0東”"))
                .noneMatch(sentence -> sentence.contains("\uFFFD"));
    }

    /** 東 is E6 9D B1: after E6 9D, the byte B1 says 東, and E6 begins another character. */
    @Test
    void theLensTellsWhichCharacterItsBytesComplete() {
        Axis point = new Axis("point", List.of("embed"));
        Axis token = new Axis("token", List.of("⟨E6\u00A09D⟩\u00A0東", "⟨B1⟩\u00A0東"));
        Axis place = new Axis("place", List.of("1", "2"));
        LogitLens lens = new LogitLens(
                new View("“東”", false),
                token.labels(),
                Map.of(5L, "⟨B1⟩", 6L, "⟨E6⟩"),
                1,
                List.of(
                        Measure.of("top_ids", "", point, token, place, new double[][][] {{{5, 6}, {5, 6}}}),
                        Measure.of("top_probabilities", "", point, token, place, new double[][][] {
                            {{0.5, 0.1}, {0.5, 0.1}}
                        }),
                        Measure.of("settles_at", "", token, new double[] {0, 0}),
                        Measure.of("entropy", "nats", point, token, new double[][] {{1, 1}})));
        Heatmap cells =
                (Heatmap) ExperimentFigures.of(lens, Theme.LIGHT).panels().get(0);
        assertThat(cells.columnLabels()).isEqualTo(token.labels());
        assertThat(cells.cellTexts()).containsExactly("⟨B1⟩\u00A0東", "⟨B1⟩");
        ActivationSession session = ActivationSession.builder()
                .point("embed", new float[][] {{1, 2}, {3, 4}})
                .tokens(List.of(Token.of(0, 1, "\uFFFD"), Token.of(1, 5, "\uFFFD")))
                .text("東")
                .build();
        assertThat(new String(ResidualExplorer.of(session).lens(lens).toHtml(), StandardCharsets.UTF_8))
                .contains("\"completed\":{\"0\":{\"5\":\"⟨B1⟩\u00A0東\"}}");
    }

    /** A dimension that stands out at several points is one dimension. */
    @Test
    void outlierDimensionsAreCountedOnce() {
        ActivationSession session = Sessions.paris();
        List<OutlierDimension> places =
                ResidualAnalyzer.of(session).outlierDimensions().dimensions();
        long dimensions =
                places.stream().mapToInt(OutlierDimension::dimension).distinct().count();
        assertThat(dimensions).isLessThan(places.size());
        assertThat(figures(session).outliers().titles().footnote())
                .startsWith(dimensions + " outlier dimensions at " + places.size() + " places and ");
    }
}
