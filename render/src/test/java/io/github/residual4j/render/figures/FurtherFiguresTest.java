package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the figures of the further questions show, against formulas written out here. */
class FurtherFiguresTest {
    private final ActivationSession session = Sessions.paris();
    private final ResidualFigures figures = ResidualFigures.of(ResidualAnalyzer.of(session));

    private double norm(int point, int token) {
        double sum = 0;
        for (int d = 0; d < 160; d++) {
            sum += Math.pow(session.value(point, token, d), 2);
        }
        return Math.sqrt(sum);
    }

    private double cosine(int p, int q, int token) {
        double dot = 0;
        for (int d = 0; d < 160; d++) {
            dot += (double) session.value(p, token, d) * session.value(q, token, d);
        }
        return dot / norm(p, token) / norm(q, token);
    }

    @Test
    void normsOfEachTokenAndTheirMean() {
        Figure figure = figures.norms();
        Heatmap each = (Heatmap) figure.panels().get(1);
        Mark.Line mean = (Mark.Line) ((Chart) figure.panels().get(0)).marks().get(1);
        for (int point = 0; point < 17; point++) {
            double sum = 0;
            for (int token = 0; token < 6; token++) {
                sum += norm(point, token);
                assertThat(each.value(point, token)).isCloseTo(norm(point, token), within(1e-4));
            }
            assertThat(mean.y().value(point)).isCloseTo(sum / 6, within(1e-4));
        }
        assertThat(each.columnLabels()).containsExactly("P", "aris", "␣is", "␣the", "␣capital", "␣of");
        assertThat(each.rowLabels()).startsWith("embed", "blocks.0.resid_mid");
    }

    @Test
    void cosinesBetweenPoints() {
        Heatmap heatmap = (Heatmap) figures.cosineBetweenAllPoints().panels().get(0);
        double sum = 0;
        for (int token = 0; token < 6; token++) {
            sum += cosine(3, 11, token);
        }
        assertThat(heatmap.value(3, 11)).isCloseTo(sum / 6, within(1e-5));
        assertThat(heatmap.value(11, 3)).isCloseTo(sum / 6, within(1e-5));
        Heatmap ends = (Heatmap) figures.cosineWithEnds().panels().get(1);
        assertThat(ends.value(4, 2)).isCloseTo(cosine(4, 16, 2), within(1e-5));
    }

    @Test
    void anglesOfUpdates() {
        Heatmap attention = (Heatmap) figures.updates().panels().get(0);
        Heatmap mlp = (Heatmap) figures.updates().panels().get(1);
        assertThat(attention.value(2, 3)).isCloseTo(Math.toDegrees(Math.acos(cosine(4, 5, 3))), within(0.01));
        assertThat(mlp.value(2, 3)).isCloseTo(Math.toDegrees(Math.acos(cosine(5, 6, 3))), within(0.01));
    }

    @Test
    void trajectoriesSpreadAsMuchAsTheirComponentsExplain() {
        Figure figure = figures.principalComponents();
        double[] variance = new double[2];
        Chart ways = (Chart) figure.panels().get(0);
        assertThat(ways.marks()).hasSize(6);
        for (Mark mark : ways.marks()) {
            Mark.Trajectory way = (Mark.Trajectory) mark;
            assertThat(way.x().size()).isEqualTo(17);
            for (int point = 0; point < 17; point++) {
                variance[0] += Math.pow(way.x().value(point), 2) / (6 * 17);
                variance[1] += Math.pow(way.y().value(point), 2) / (6 * 17);
            }
        }
        Series share = ((Mark.StackedBars)
                        ((Chart) figure.panels().get(1)).marks().get(0))
                .parts()
                .get(0);
        assertThat(variance[0] / variance[1]).isCloseTo(share.value(0) / share.value(1), within(1e-6));
        assertThat(ways.x().label()).startsWith("Component 1 (");
    }

    @Test
    void similarityAndSpectra() {
        Heatmap cka = (Heatmap) figures.similarity().panels().get(0);
        assertThat(cka.value(5, 5)).isCloseTo(1, within(1e-6));
        assertThat(cka.value(2, 9)).isEqualTo(cka.value(9, 2)).isBetween(0.0, 1.0);
        Heatmap singular = (Heatmap) figures.spectra().panels().get(1);
        double squares = 0;
        double norms = 0;
        for (int token = 0; token < 6; token++) {
            squares += Math.pow(singular.value(7, token), 2);
            norms += Math.pow(norm(7, token), 2);
        }
        assertThat(squares).as("Frobenius norm").isCloseTo(norms, within(1e-3));
    }

    @Test
    void outliersShowWhereTheyAre() {
        float[][] state = new float[3][40];
        for (float[] row : state) {
            java.util.Arrays.fill(row, 0.1f);
            row[33] = 500;
        }
        ActivationSession giant = ActivationSession.builder()
                .point("embed", state)
                .point("blocks.0.resid_mid", state)
                .build();
        Chart places = (Chart) ResidualFigures.of(ResidualAnalyzer.of(giant))
                .outliers()
                .panels()
                .get(3);
        assertThat(places.marks()).hasSize(2);
        Mark.Scatter massive = (Mark.Scatter) places.marks().get(1);
        assertThat(massive.y().toArray()).containsOnly(33).hasSize(6);
        assertThat(massive.x().toArray()).containsOnly(0, 1);
    }

    @Test
    void attentionPatternsOfHeadsAndBlocks() {
        float[] patterns = new float[2 * 3 * 6 * 6];
        for (int i = 0; i < patterns.length; i++) {
            int query = i / 6 % 6;
            int key = i % 6;
            patterns[i] = key <= query ? 1f / (query + 1) : 0;
        }
        ActivationSession attended = with(FloatTensor.of(patterns, 2, 3, 6, 6));
        ResidualFigures ready = ResidualFigures.of(ResidualAnalyzer.of(attended));
        Heatmap first = (Heatmap) ready.attentionPatterns().panels().get(1);
        double expected = (1 / 2.0 + 1 / 3.0 + 1 / 4.0 + 1 / 5.0 + 1 / 6.0) / 5;
        assertThat(first.value(1, 2)).isCloseTo(expected, within(1e-6));
        Figure block = ready.attentionPatterns(1);
        assertThat(block.panels()).hasSize(3);
        assertThat(((Heatmap) block.panels().get(2)).value(3, 1)).isEqualTo(0.25);
        assertThatThrownBy(() -> ready.attentionPatterns(2))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("2");
        assertThatThrownBy(() -> figures.attentionPatterns(0))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("no attention patterns");
    }

    private ActivationSession with(FloatTensor patterns) {
        var builder = ActivationSession.builder();
        session.points().forEach(p -> builder.point(p.name(), session.state(p.index()), 6, 160));
        return builder.tokens(session.tokens())
                .array(ActivationSession.ATTENTION_PATTERNS, patterns)
                .build();
    }

    @Test
    void aNarrowedViewIsNamedAndLabelled() {
        Figure figure = ResidualFigures.of(ResidualAnalyzer.of(session).withoutFirstPosition())
                .cosineBetweenConsecutivePoints();
        assertThat(figure.titles().subtitle()).isEqualTo("tiny-gpt2 · “Paris is the capital of” · positions 1 to 5");
        assertThat(((Heatmap) figure.panels().get(0)).columnLabels())
                .startsWith("aris", "␣is")
                .hasSize(5);
        assertThat(figure.metadata())
                .containsEntry("Description", figure.titles().subtitle());
        assertThat(figures.cosineBetweenConsecutivePoints().titles().subtitle())
                .isEqualTo("tiny-gpt2 · “Paris is the capital of”");
    }

    @Test
    void degenerateSessionsGiveFiguresOrOneSentence() {
        for (float value : new float[] {0, Float.NaN, Float.POSITIVE_INFINITY, 1e-38f, 3e38f}) {
            float[][] state = {{value, value}};
            ActivationSession one = ActivationSession.builder()
                    .point("embed", state)
                    .point("blocks.0.resid_mid", state)
                    .point("blocks.0.resid_post", state)
                    .build();
            ResidualFigures ready = ResidualFigures.of(ResidualAnalyzer.of(one));
            for (Figure figure : List.of(
                    ready.cosineBetweenConsecutivePoints(),
                    ready.statistics(),
                    ready.magnitudes(),
                    ready.alignment(),
                    ready.norms(),
                    ready.cosineBetweenAllPoints(),
                    ready.similarity(),
                    ready.cosineWithEnds(),
                    ready.updates(),
                    ready.spectra(),
                    ready.outliers(),
                    ready.grid(0, 0))) {
                assertThat(figure.size(400, 300).toPng()).isNotEmpty();
            }
        }
    }
}
