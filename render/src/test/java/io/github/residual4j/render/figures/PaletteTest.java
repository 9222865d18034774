package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.render.Cells;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.color.Palette;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Panel;
import io.github.residual4j.render.panel.Theme;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PaletteTest {
    private final ActivationSession session = Sessions.paris();
    private final ResidualFigures figures = ResidualFigures.of(ResidualAnalyzer.of(session));

    private static Heatmap heatmap(Figure figure, int panel) {
        return (Heatmap) figure.panels().get(panel);
    }

    private static long beyond(Heatmap heatmap) {
        return IntStream.range(0, heatmap.count())
                .mapToDouble(i -> heatmap.norm().unit(heatmap.value(i / heatmap.columns(), i % heatmap.columns())))
                .filter(unit -> unit < 0 || unit > 1)
                .count();
    }

    /** What someone without green cones sees, in linear light: Viénot, Brettel and Mollon 1999. */
    private static double[] deuteranope(int rgb) {
        double r = linear(rgb >> 16 & 255);
        double g = linear(rgb >> 8 & 255);
        double b = linear(rgb & 255);
        double yellow = 0.29275 * r + 0.70725 * g;
        return new double[] {yellow, -0.02234 * r + 0.02234 * g + b};
    }

    private static double linear(int channel) {
        double v = channel / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }

    /** From dark to bright without a turn back, so that more is always seen as more. */
    @Test
    void sharesAndCosinesRiseForEveryReader() {
        for (Colormap map : List.of(Palette.STANDARD.shares(), Palette.STANDARD.cosines())) {
            for (int i = 16; i < Colormap.SIZE; i++) {
                assertThat(deuteranope(map.rgb(i))[0])
                        .as("%s at %d", map, i)
                        .isGreaterThan(deuteranope(map.rgb(i - 16))[0]);
            }
        }
        double[] low = deuteranope(Colormap.RD_YL_GN.rgb(0));
        double[] high = deuteranope(Colormap.RD_YL_GN.rgb(255));
        assertThat(low[0]).as("the notebook's ends look alike").isCloseTo(high[0], within(0.05));
    }

    /** On a dark ground more is brighter, to either side alike, and the sides differ in blue and yellow. */
    @Test
    void onDarkZeroIsDarkAndBothSignsAreSeenApartByEveryReader() {
        Colormap map = Colormap.SIGNED.onDark();
        for (int from = 0; from < 112; from += 8) {
            int outer = from;
            int inner = from + 16;
            assertThat(deuteranope(map.rgb(outer))[0])
                    .as("below zero at %d", outer)
                    .isGreaterThan(deuteranope(map.rgb(inner))[0]);
            assertThat(deuteranope(map.rgb(255 - outer))[0])
                    .as("above zero at %d", outer)
                    .isGreaterThan(deuteranope(map.rgb(255 - inner))[0]);
            double[] below = deuteranope(map.rgb(outer));
            double[] above = deuteranope(map.rgb(255 - outer));
            assertThat(below[1] - below[0]).as("blue at %d", outer).isGreaterThan(0.01);
            assertThat(above[1] - above[0]).as("yellow at %d", outer).isLessThan(-0.01);
        }
        assertThat(deuteranope(map.rgb(0.5))[0]).isLessThan(0.03);
        assertThat(deuteranope(map.rgb(0.0))[0]).isGreaterThan(0.6);
        assertThat(deuteranope(map.rgb(1.0))[0]).isGreaterThan(0.6);
        assertThat(Colormap.VIRIDIS.onDark()).isEqualTo(Colormap.VIRIDIS);
        assertThat(Colormap.SIGNED.reversed().onDark().rgb(0)).isEqualTo(map.rgb(255));
    }

    /** Whichever theme it is drawn in after it was made; a map that was asked for by name stays. */
    @Test
    void aSignedHeatmapIsDarkAtZeroInTheDarkThemeAlone() {
        double[][] values = {{-1, 0, 1}};
        Figure figure = Figure.of(new Scales(Palette.STANDARD).signed(Heatmap.of(values), "", 1, values));
        assertThat(Cells.of(figure).colors().argb(0, 1)).isEqualTo(0xff000000 | Colormap.RD_BU_R.rgb(0.5));
        assertThat(Cells.of(figure.theme(Theme.DARK)).colors().argb(0, 1))
                .isEqualTo(0xff000000 | Colormap.BU_BK_OR.rgb(0.5));
        Figure asked = Figure.of(
                new Scales(Palette.of(Colormap.VIRIDIS, Colormap.RD_BU_R)).signed(Heatmap.of(values), "", 1, values));
        assertThat(Cells.of(asked.theme(Theme.DARK)).colors().argb(0, 1))
                .isEqualTo(0xff000000 | Colormap.RD_BU_R.rgb(0.5));
    }

    @Test
    void bothSignsAreSeenApartByEveryReaderAndZeroIsBrightest() {
        for (Colormap map : List.of(Palette.STANDARD.signed(), Palette.STANDARD.states())) {
            double[] below = deuteranope(map.rgb(0.2));
            double[] zero = deuteranope(map.rgb(0.5));
            double[] above = deuteranope(map.rgb(0.8));
            assertThat(below[1] - below[0]).as("blue below zero").isGreaterThan(0.1);
            assertThat(above[1] - above[0]).as("yellow above zero").isLessThan(0);
            assertThat(zero[0]).isGreaterThan(Math.max(below[0], above[0]));
        }
    }

    @Test
    void zeroIsTheMiddleOfWhatHasASign() {
        Stream.of(
                        heatmap(figures.grid(16, 5), 0),
                        heatmap(figures.layers(5).frame(3), 0),
                        heatmap(figures.alignment(), 0),
                        heatmap(figures.alignment(), 1),
                        heatmap(figures.updates(), 2))
                .forEach(heatmap -> {
                    assertThat(heatmap.norm().unit(0)).isEqualTo(0.5);
                    assertThat(heatmap.colormap()).isEqualTo(Colormap.SIGNED);
                });
    }

    @Test
    void theNotebooksLookIsThereByName() {
        ResidualFigures notebook = figures.colors(Palette.NOTEBOOK);
        Heatmap cosines = heatmap(notebook.cosineBetweenConsecutivePoints(), 0);
        assertThat(cosines.colormap()).isEqualTo(Colormap.RD_YL_GN);
        assertThat(cosines.norm()).isEqualTo(Norm.linear(0, 1));
        Heatmap alignment = heatmap(notebook.alignment(), 0);
        assertThat(alignment.norm()).isEqualTo(Norm.symmetric(1));
        Heatmap grid = heatmap(notebook.grid(16, 5), 0);
        assertThat(grid.colormap()).isEqualTo(Colormap.VIRIDIS);
        assertThat(grid.norm()).isEqualTo(Norm.symmetric(3));
        assertThat(notebook.layers(5).norm()).isEqualTo(Norm.symmetric(3));
        assertThat(heatmap(notebook.similarity(), 0).norm()).isEqualTo(Norm.linear(0, 1));
        assertThat(ratios(notebook).y().scale()).isEqualTo(Norm.Scale.LINEAR);
    }

    private static Chart ratios(ResidualFigures figures) {
        return (Chart) figures.magnitudes().panels().get(1);
    }

    /** In the theme for print, too, which otherwise draws in greys; whichever is said first. */
    @Test
    void oneCallTakesAnyMapInEveryTheme() {
        Palette palette = Palette.of(Colormap.CIVIDIS, Colormap.COOLWARM);
        for (Theme theme : List.of(Theme.LIGHT, Theme.DARK, Theme.PRINT)) {
            for (ResidualFigures chosen : List.of(
                    figures.theme(theme).colors(palette),
                    figures.colors(palette).theme(theme))) {
                assertThat(chosen.cosineBetweenConsecutivePoints().theme().colormap())
                        .isEmpty();
                assertThat(heatmap(chosen.cosineBetweenConsecutivePoints(), 0).colormap())
                        .isEqualTo(Colormap.CIVIDIS);
                assertThat(heatmap(chosen.alignment(), 0).colormap()).isEqualTo(Colormap.COOLWARM);
                assertThat(heatmap(chosen.grid(16, 5), 0).colormap()).isEqualTo(Colormap.COOLWARM);
                assertThat(chosen.layers(5).colormap()).isEqualTo(Colormap.COOLWARM);
                assertThat(chosen.alignment().theme().background()).isEqualTo(theme.background());
            }
        }
        assertThat(figures.theme(Theme.PRINT).alignment().theme().colormap()).contains(Colormap.GREYS);
    }

    @Test
    void coloursEndWhereTheDataDoes() {
        Heatmap similarity = heatmap(figures.similarity(), 0);
        double lowest = IntStream.range(0, similarity.count())
                .mapToDouble(i -> similarity.value(i / similarity.columns(), i % similarity.columns()))
                .min()
                .getAsDouble();
        assertThat(similarity.norm().min()).isCloseTo(lowest, within(0.001));
        assertThat(similarity.norm().max()).isEqualTo(1);
        for (Panel panel : figures.alignment().panels()) {
            Heatmap heatmap = (Heatmap) panel;
            assertThat(heatmap.norm().max()).isLessThan(0.7);
        }
    }

    /** Values of a random walk: their size grows with the root of the steps, far beyond 3. */
    @Test
    void atMostTwoOfAHundredValuesLieBeyond() {
        ActivationSession walk = Sessions.random(List.of("a"), 1, 768);
        float[] state = walk.vector(0, 0);
        float[] walked = new float[state.length];
        for (int d = 0; d < state.length; d++) {
            walked[d] = (float) (state[d] * Math.sqrt(49.0));
        }
        walked[7] = 3000;
        ActivationSession far = ActivationSession.builder()
                .point("embed", java.nio.FloatBuffer.wrap(walked), 1, 768)
                .build();
        ResidualFigures of = ResidualFigures.of(ResidualAnalyzer.of(far));
        assertThat(beyond(heatmap(of.grid(0, 0), 0))).isBetween(1L, 768L * 2 / 100);
        assertThat(beyond(heatmap(of.colors(Palette.NOTEBOOK).grid(0, 0), 0))).isGreaterThan(768 / 3);
    }

    @Test
    void ratiosFarApartAreSpacedByTheirLogarithm() {
        assertThat(ratios(figures).y().scale()).isEqualTo(Norm.Scale.LOG);
    }

    /** 215 tokens look at all before them about equally, and at the first most: the many small shares are seen. */
    @Test
    void sharesOfManyTokensUseTheColours() {
        List<double[]> rows = new ArrayList<>();
        for (int query = 0; query < 215; query++) {
            double[] row = new double[215];
            for (int key = 1; key <= query; key++) {
                row[key] = 0.4 / query;
            }
            row[0] = query == 0 ? 1 : 0.6;
            rows.add(row);
        }
        double[][] pattern = rows.toArray(double[][]::new);
        Heatmap shown = new Scales(Palette.STANDARD).shares(Heatmap.of(pattern), "Attention", 1, pattern);
        assertThat(shown.norm().unit(0.4 / 214)).isGreaterThan(0.02);
        assertThat(shown.norm().max()).isLessThan(0.2);
        assertThat(beyond(shown)).isBetween(215L, 215L * 216 / 2 * 3 / 100);
    }
}
