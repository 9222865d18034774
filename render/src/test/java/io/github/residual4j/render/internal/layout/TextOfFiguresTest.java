package io.github.residual4j.render.internal.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.render.Cells;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import io.github.residual4j.render.panel.Theme;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is written on figures. */
class TextOfFiguresTest {
    /** Assigned to no character, so no font has it. */
    private static final String NOWHERE = "\u0378";

    private static Scene scene(Figure figure) {
        return FigureLayout.of(Cells.sheet(figure));
    }

    private static List<Scene.Text> texts(Figure figure) {
        return scene(figure).items().stream()
                .filter(Scene.Text.class::isInstance)
                .map(Scene.Text.class::cast)
                .toList();
    }

    private static List<String> written(Figure figure) {
        return texts(figure).stream().map(Scene.Text::text).toList();
    }

    @Test
    void aFontThatIsMissingIsToldOnce() {
        Heatmap heatmap = Heatmap.of(new double[2][2]).rowLabels(List.of(NOWHERE, "b" + NOWHERE));
        Figure figure = Figure.of(heatmap).title("of " + NOWHERE).footnote("And.");
        assertThat(written(figure))
                .contains("U+0378", "of U+0378")
                .filteredOn(text -> text.contains("No font"))
                .singleElement()
                .asString()
                .startsWith("And. No font here has all characters");
        assertThat(written(Figure.of(Heatmap.of(new double[2][2]).title("␣a\n\u202E"))))
                .noneMatch(text -> text.contains("No font"));
    }

    @Test
    void whatStandsInCellsIsSpelledOutToo() {
        Heatmap heatmap = Heatmap.of(new double[1][2]).cellTexts(List.of("a" + NOWHERE, "b"));
        assertThat(written(Figure.of(heatmap))).contains("aU+0378").anyMatch(text -> text.startsWith("No font here"));
        assertThat(written(Figure.of(Heatmap.of(new double[1][20])
                                .cellTexts(java.util.Collections.nCopies(20, "⟨9D⟩\u00A0" + NOWHERE)))
                        .size(1120, 300)))
                .contains("⟨9D⟩\u00A0…");
    }

    @Test
    void whatSpellsOutACharacterIsNeverCut() {
        Lettering lettering = new Lettering(Theme.LIGHT, 1);
        for (String part : List.of("U+6771", "U+1F389", "⟨E6\u00A09D⟩", "⟨A5⟩")) {
            String text = part.repeat(4);
            for (double room = 0; room < 400; room += 3) {
                String fitted = lettering.fit(text, Lettering.Style.TICK, room);
                assertThat(fitted.replace(part, "")).as("%s in %s", text, room).isIn("", "…");
            }
        }
    }

    @Test
    void pointsHaveShortNamesAndTheFullOnesBeside() {
        Heatmap heatmap = Heatmap.of(new double[3][1])
                .rowLabels(List.of(
                        "blocks.3.resid_mid", "blocks.11.hook_resid_post", "blocks.3.resid_mid → blocks.3.resid_post"));
        assertThat(written(Figure.of(heatmap))).contains("L3 mid", "L11 post", "L3 mid → L3 post");
        assertThat(new String(Figure.of(heatmap).toSvg(), StandardCharsets.UTF_8))
                .contains(">blocks.3.resid_mid</title", ">blocks.11.hook_resid_post</title");
        assertThat(heatmap.rowLabels()).contains("blocks.3.resid_mid");
    }

    /** Of many names only some are written; a long one between them takes no room. */
    @Test
    void namesThatAreNotThereTakeNoRoom() {
        List<String> names = new ArrayList<>();
        IntStream.range(0, 500).forEach(i -> names.add("number " + i));
        double[][] values = new double[1][500];
        double plain = depth(Heatmap.of(values).columnLabels(names));
        names.set(1, "w".repeat(40));
        assertThat(depth(Heatmap.of(values).columnLabels(names))).isEqualTo(plain);
    }

    private static double depth(Heatmap heatmap) {
        return Cells.of(Figure.of(heatmap)).area().getMaxY();
    }

    /** Black on black: the pointed end has an outline, as the bar has. */
    @Test
    void theEndsOfADarkColourBarAreSeen() {
        Heatmap heatmap = Heatmap.of(new double[][] {{-9, 0, 9}}).colors(Colormap.MAGMA, Norm.symmetric(1), "");
        Figure figure = Figure.of(heatmap).theme(Theme.DARK);
        List<Scene.Fill> points = scene(figure).items().stream()
                .filter(item -> item instanceof Scene.Fill fill && fill.shape() instanceof java.awt.geom.Path2D)
                .map(Scene.Fill.class::cast)
                .toList();
        assertThat(points).hasSize(2);
        for (Scene.Fill point : points) {
            assertThat(scene(figure).items())
                    .anyMatch(item -> item instanceof Scene.Line line
                            && line.color().equals(Theme.DARK.frame())
                            && line.shape().getBounds2D().contains(point.shape().getBounds2D()));
        }
    }

    @Test
    void aSmallFigureKeepsPlotsThatCanBeRead() {
        Chart chart = Chart.over(List.of("embed", "blocks.0.resid_mid", "blocks.0.resid_post"))
                .title("A title of some length")
                .axes("Point", "Value")
                .line(Series.of("Residual stream", 1, 2, 3), Ink.TEXT, Mark.Symbol.CIRCLE)
                .line(Series.of("Attention output", 2, 1, 3), Ink.FIRST, Mark.Symbol.CIRCLE)
                .line(Series.of("MLP output", 3, 2, 1), Ink.SECOND, Mark.Symbol.CIRCLE);
        Figure figure = Figure.grid(2, 2).title("Title").subtitle("Subtitle").add(chart, chart, chart, chart);
        assertThat(scene(figure.size(420, 320)).items())
                .filteredOn(Scene.Clip.class::isInstance)
                .hasSize(4)
                .allSatisfy(item ->
                        assertThat(((Scene.Clip) item).area().getHeight() - 12).isGreaterThan(40));
    }

    @Test
    void moreThanTenLinesHaveABarOfTheirColours() {
        for (int lines : new int[] {10, 11, 40}) {
            Chart chart = Chart.numeric();
            for (int i = 0; i < lines; i++) {
                chart = chart.add(new Mark.Trajectory(
                        Series.of("", 0, 1), Series.of("line " + i, i, i), Ink.along(Colormap.VIRIDIS, i, lines)));
            }
            Figure figure = Figure.of(chart);
            boolean bar = scene(figure).items().stream().anyMatch(Scene.Cells.class::isInstance);
            assertThat(bar).as("%d lines", lines).isEqualTo(lines > 10);
            assertThat(written(figure)).contains("line 0").noneMatch(text -> text.startsWith("+ "));
        }
    }
}
