package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.StreamStatistics;
import io.github.residual4j.analysis.StreamDrift;
import io.github.residual4j.hook.StreamPoint;
import io.github.residual4j.render.Cells;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import io.github.residual4j.render.panel.Theme;
import org.junit.jupiter.api.Test;

class DriftFigureTest {
    private static ActivationSession scaled(float factor) {
        ActivationSession session = Sessions.paris();
        ActivationSessionBuilder builder = ActivationSession.builder();
        for (int point = 0; point < session.points().size(); point++) {
            float[][] states = new float[session.tokens().size()][];
            for (int token = 0; token < states.length; token++) {
                states[token] = session.vector(point, token);
                for (int d = 0; d < states[token].length; d++) {
                    states[token][d] *= factor;
                }
            }
            builder.point(StreamPoint.canonical(point).name(), states);
        }
        return builder.build();
    }

    private static StreamDrift drift(float factor) {
        StreamStatistics now = new StreamStatistics().add(scaled(factor));
        return now.driftFrom(new StreamStatistics().add(scaled(1)));
    }

    private static Series line(Figure figure, int panel) {
        return ((Chart) figure.panels().get(panel))
                .marks().stream()
                        .filter(Mark.Line.class::isInstance)
                        .map(mark -> ((Mark.Line) mark).y())
                        .findFirst()
                        .orElseThrow();
    }

    /** States half as large again spread by half as much again, which is ln 1.5 / ln 1.25 times the threshold. */
    @Test
    void showsHowFarEachPointHasDrifted() {
        Figure figure = ExperimentFigures.of(drift(1.5f), Theme.LIGHT);
        assertThat(line(figure, 2).size()).isEqualTo(17);
        for (int point = 0; point < 17; point++) {
            assertThat(line(figure, 2).value(point)).isCloseTo(1.5, within(1e-5));
            assertThat(line(figure, 0).value(point)).isGreaterThan(Math.log(1.5) / Math.log(1.25) - 1e-4);
        }
        assertThat(figure.titles().footnote()).contains("beyond the threshold, first ");
    }

    @Test
    void saysThatNothingHasDriftedInEveryTheme() {
        for (Theme theme : new Theme[] {Theme.LIGHT, Theme.DARK, Theme.PRINT}) {
            Figure figure = ExperimentFigures.of(drift(1), theme);
            assertThat(figure.theme()).isEqualTo(theme);
            assertThat(Cells.texts(figure)).contains("Nothing is beyond its threshold.", "L0 mid");
        }
    }
}
