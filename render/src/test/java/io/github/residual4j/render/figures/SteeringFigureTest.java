package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.analysis.SteeringEffect;
import io.github.residual4j.analysis.View;
import io.github.residual4j.render.Cells;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Theme;
import java.util.List;
import org.junit.jupiter.api.Test;

class SteeringFigureTest {
    private static SteeringEffect effect(double cosine) {
        Axis blocks = new Axis("block", List.of("L1", "L2"));
        Axis strength = new Axis("coefficient", List.of("-2.0", "0.0", "1.0"));
        Axis answers = new Axis("answer", List.of(" Japan", " France"));
        return new SteeringEffect(
                new View("“Tokyo is in”", false),
                List.of(
                        Measure.of("norm", "", blocks, new double[] {3, 5}),
                        Measure.of("cosine", "", blocks, blocks, new double[][] {{1, cosine}, {cosine, 1}}),
                        Measure.of(
                                "log_probability", "nats", answers, strength, new double[][] {{-9, -2, -1}, {-1, -2, -4}
                                }),
                        Measure.of("kl_from_unsteered", "nats", strength, new double[] {2, 0, 1})));
    }

    @Test
    void showsTheVectorAndWhatItDoes() {
        Figure figure = ExperimentFigures.of(effect(0.5), Theme.LIGHT);
        Heatmap cosines = (Heatmap) figure.panels().get(1);
        assertThat(cosines.value(0, 1)).isEqualTo(0.5);
        List<Mark> lines = ((Chart) figure.panels().get(2)).marks();
        assertThat(lines).hasSize(2);
        Mark.Line france = (Mark.Line) lines.get(1);
        assertThat(france.y().name()).isEqualTo("␣France");
        assertThat(List.of(france.x().value(0), france.x().value(2))).containsExactly(-2.0, 1.0);
        assertThat(List.of(france.y().value(0), france.y().value(2))).containsExactly(-1.0, -4.0);
    }

    @Test
    void isThereInEveryTheme() {
        for (Theme theme : List.of(Theme.LIGHT, Theme.DARK, Theme.PRINT)) {
            Figure figure = ExperimentFigures.of(effect(0.5), theme);
            assertThat(figure.theme()).isEqualTo(theme);
            assertThat(Cells.texts(figure)).contains("“Tokyo is in”", "L2", "␣Japan");
        }
    }

    /** Directions that point against each other have a sign. */
    @Test
    void cosinesBelowZeroAreColouredAsSigned() {
        assertThat(((Heatmap) ExperimentFigures.of(effect(-0.9), Theme.LIGHT)
                                .panels()
                                .get(1))
                        .colormap())
                .isEqualTo(Colormap.SIGNED);
        assertThat(((Heatmap) ExperimentFigures.of(effect(0.5), Theme.LIGHT)
                                .panels()
                                .get(1))
                        .colormap())
                .isEqualTo(Colormap.VIRIDIS);
    }
}
