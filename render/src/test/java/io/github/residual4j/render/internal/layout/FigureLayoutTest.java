package io.github.residual4j.render.internal.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.Cells;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import io.github.residual4j.render.panel.Shared;
import io.github.residual4j.render.panel.Theme;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("once")
class FigureLayoutTest {
    private static final List<String> NAMES =
            List.of("", "x", "blocks.11.resid_post", "w".repeat(200), "שלום", "東京", "🌍", "a\u202Eb\n", "\uD83C");

    private static final int[][] SIZES = {{1120, 800}, {640, 480}, {300, 220}, {120, 90}, {30, 20}};

    static Stream<Arguments> counts() {
        return Stream.of(1, 6, 175, 2000)
                .flatMap(tokens -> Stream.of(1, 17, 97).map(points -> Arguments.of(tokens, points)));
    }

    @ParameterizedTest
    @MethodSource("counts")
    void noTwoTextsOverlapAndNothingLeavesTheCanvas(int tokens, int points) {
        double[][] values = values(points, tokens);
        for (int first = 0; first < NAMES.size(); first++) {
            for (Figure figure : figures(names(tokens, first), names(points, first + 1), values)) {
                for (int[] size : SIZES) {
                    check(figure.size(size[0], size[1]));
                }
            }
        }
    }

    private static List<String> names(int count, int first) {
        return IntStream.range(0, count)
                .mapToObj(i -> NAMES.get((first + i / 2) % NAMES.size()))
                .toList();
    }

    private static List<Figure> figures(List<String> tokens, List<String> points, double[][] values) {
        String name = points.get(0) + tokens.get(0);
        Heatmap heatmap = Heatmap.of(values)
                .title(name)
                .axes(name, name)
                .rowLabels(points)
                .columnLabels(tokens)
                .colors(Colormap.VIRIDIS, Norm.symmetric(1), "Cosine similarity");
        Heatmap logarithmic = heatmap.colors(Colormap.VIRIDIS, Norm.log(0.7, 43), "Norm");
        Heatmap bothWays = heatmap.colors(Colormap.VIRIDIS, Norm.symlog(3000, 0.5), "");
        Chart steep = Chart.over(points)
                .axes("", "Norm")
                .yLogarithmic()
                .line(Series.of("", scaled(column(values, 0), 1e4)), Ink.FIRST, Mark.Symbol.UP);
        Heatmap bare = Heatmap.of(values).columnLabels(tokens).cellText("%.3f");
        Chart lines = Chart.over(points).title(name).axes(name, "").reference(0);
        for (int t = 0; t < Math.min(9, tokens.size()); t++) {
            Series series = Series.of(tokens.get(t), column(values, t));
            lines = lines.line(series, Ink.number(t), Mark.Symbol.CIRCLE);
        }
        Chart numeric = Chart.numeric()
                .axes("x", name)
                .add(new Mark.Trajectory(
                        Series.of("", scaled(values[0], 1e-9)), Series.of(name, scaled(values[0], 1e12)), Ink.FIRST));
        Figure one = Figure.of(heatmap).title(name).subtitle(name).footnote(name);
        Figure many = Figure.grid(2, 2).add(heatmap, lines, numeric, bare).title("Title");
        return List.of(
                one,
                many,
                Figure.grid(2, 2).add(logarithmic, bothWays, steep),
                many.share(Shared.X_AXIS, Shared.Y_AXIS).footnote(name),
                Figure.grid(1, 2).add(heatmap, heatmap).share(Shared.COLOR_BAR, Shared.Y_AXIS));
    }

    private static double[][] values(int rows, int columns) {
        Random random = new Random(rows + 1000L * columns);
        return IntStream.range(0, rows)
                .mapToObj(r -> random.doubles(columns, -2, 2).toArray())
                .toArray(double[][]::new);
    }

    private static double[] column(double[][] values, int column) {
        return Stream.of(values).mapToDouble(row -> row[column]).toArray();
    }

    private static double[] scaled(double[] values, double factor) {
        return java.util.Arrays.stream(values).map(v -> v * factor).toArray();
    }

    /** All faults are gathered first: an assertion for each of millions of pairs would take most of the time. */
    private static void check(Figure figure) {
        Scene scene = FigureLayout.of(Cells.sheet(figure));
        List<Scene.Text> texts = texts(scene.items());
        Rectangle2D canvas = new Rectangle2D.Double(0, 0, scene.width(), scene.height());
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            if (!canvas.contains(texts.get(i).bounds())) {
                faults.add(described(texts.get(i)) + " leaves " + canvas);
            }
            for (int j = i + 1; j < texts.size(); j++) {
                if (overlap(texts.get(i).bounds(), texts.get(j).bounds())) {
                    faults.add(described(texts.get(i)) + " overlaps " + described(texts.get(j)));
                }
            }
        }
        for (Scene.Item item : scene.items()) {
            Rectangle2D bounds = bounds(item);
            if (!bounds.isEmpty() && !canvas.contains(bounds)) {
                faults.add(item + " leaves " + canvas);
            }
        }
        assertThat(faults).as("%s × %s", scene.width(), scene.height()).isEmpty();
    }

    /** By more than half a pixel in both directions. */
    private static boolean overlap(Rectangle2D a, Rectangle2D b) {
        return Math.min(a.getMaxX(), b.getMaxX()) - Math.max(a.getMinX(), b.getMinX()) > 0.5
                && Math.min(a.getMaxY(), b.getMaxY()) - Math.max(a.getMinY(), b.getMinY()) > 0.5;
    }

    private static String described(Scene.Text text) {
        return "\"" + text.text() + "\" at " + text.bounds();
    }

    private static Rectangle2D bounds(Scene.Item item) {
        if (item instanceof Scene.Fill fill) {
            return fill.shape().getBounds2D();
        } else if (item instanceof Scene.Line line) {
            return line.shape().getBounds2D();
        } else if (item instanceof Scene.Cells cells) {
            return cells.area();
        } else if (item instanceof Scene.Shades shades) {
            return shades.area();
        } else if (item instanceof Scene.Clip clip) {
            return clip.area();
        }
        return ((Scene.Text) item).bounds();
    }

    private static List<Scene.Text> texts(List<Scene.Item> items) {
        return items.stream()
                .filter(Scene.Text.class::isInstance)
                .map(Scene.Text.class::cast)
                .toList();
    }

    private static List<String> written(Figure figure) {
        return texts(FigureLayout.of(Cells.sheet(figure)).items()).stream()
                .map(Scene.Text::text)
                .toList();
    }

    @Test
    void namesThinOutWhenCrowded() {
        List<String> names = IntStream.range(0, 97).mapToObj(i -> "name" + i).toList();
        Figure figure =
                Figure.of(Heatmap.of(new double[97][3]).rowLabels(names)).size(600, 500);
        assertThat(written(figure)).contains("name0", "name5", "name95").doesNotContain("name1", "name96");
    }

    @Test
    void longNamesAreShortenedInTheMiddleAndKeptWhole() {
        String name = "the beginning" + "-".repeat(300) + "the end";
        Figure figure = Figure.of(Heatmap.of(new double[1][1]).rowLabels(List.of(name)));
        assertThat(texts(FigureLayout.of(Cells.sheet(figure)).items()))
                .filteredOn(text -> text.full().equals(name))
                .singleElement()
                .satisfies(text -> assertThat(text.text())
                        .startsWith("the beginning")
                        .contains("…")
                        .endsWith("the end"));
    }

    @Test
    void whatHasNoGlyphIsSpelledOut() {
        Figure figure = Figure.of(Heatmap.of(new double[1][1]).title("a\u0007 🌍 \u202E \uD83C é"));
        assertThat(written(figure))
                .anySatisfy(text -> assertThat(text)
                        .startsWith("aU+0007 ")
                        .contains("U+202E", "U+D83C")
                        .endsWith(" é"));
    }

    @Test
    void ticksAreRoundNumbers() {
        assertThat(NumberTicks.of(Norm.linear(-0.0034, 0.0112), 6).labels())
                .containsExactly("−0.0025", "0.0000", "0.0025", "0.0050", "0.0075", "0.0100");
        assertThat(NumberTicks.of(Norm.linear(0, 100), 5).labels()).containsExactly("0", "20", "40", "60", "80", "100");
        NumberTicks tiny = NumberTicks.of(Norm.linear(0, 3e-7), 3);
        assertThat(tiny.labels()).containsExactly("0", "1", "2", "3");
        assertThat(tiny.factor()).isEqualTo("×10⁻⁷");
        NumberTicks large = NumberTicks.of(Norm.linear(0, 2.5e6), 5);
        assertThat(large.labels()).containsExactly("0.0", "0.5", "1.0", "1.5", "2.0", "2.5");
        assertThat(large.factor()).isEqualTo("×10⁶");
        assertThat(NumberTicks.of(Norm.log(0.5, 2e6), 10).labels())
                .containsExactly("1", "10", "100", "1000", "10000", "10⁵", "10⁶");
        assertThat(NumberTicks.of(Norm.log(0.7, 43), 9).labels()).containsExactly("1", "2", "5", "10", "20");
        assertThat(NumberTicks.of(Norm.log(3.1, 4.2), 4).labels()).containsExactly("3.5", "4.0");
        assertThat(NumberTicks.of(Norm.symlog(1000, 1), 9).labels())
                .containsExactly("−1000", "−100", "−10", "0", "10", "100", "1000");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-9, 1, 12345, 1e9, 1e300})
    void ticksLieInsideTheirRange(double size) {
        for (int atMost = 1; atMost < 12; atMost++) {
            NumberTicks ticks = NumberTicks.of(Norm.linear(-0.37 * size, size), atMost);
            assertThat(ticks.values()).isNotEmpty().hasSizeLessThanOrEqualTo(atMost + 1);
            assertThat(ticks.values()).allSatisfy(v -> assertThat(v).isBetween(-0.3701 * size, 1.0001 * size));
            assertThat(ticks.labels()).doesNotHaveDuplicates();
        }
    }

    @Test
    void sharedAxesAreNamedOnce() {
        Heatmap heatmap = Heatmap.of(new double[1][1]).rowLabels(List.of("row")).columnLabels(List.of("column"));
        Figure figure = Figure.grid(2, 2).add(heatmap, heatmap, heatmap, heatmap);
        assertThat(written(figure).stream().filter("row"::equals)).hasSize(4);
        Figure shared = figure.share(Shared.X_AXIS, Shared.Y_AXIS);
        assertThat(written(shared).stream().filter("row"::equals)).hasSize(2);
        assertThat(written(shared).stream().filter("column"::equals)).hasSize(2);
    }

    @Test
    void aSharedColourBarCountsAllItsHeatmaps() {
        Heatmap heatmap = Heatmap.of(new double[][] {{0, 9}}).colors(Colormap.VIRIDIS, Norm.linear(-1, 1), "Value");
        Figure figure = Figure.grid(1, 3).add(heatmap, heatmap, heatmap).share(Shared.COLOR_BAR);
        assertThat(written(figure)).containsOnlyOnce("Value").contains("3 of 6 above");
        Heatmap other =
                heatmap.colors(Colormap.VIRIDIS, Norm.linear(-2, 1), "Value").title("other");
        Figure unequal = Figure.grid(1, 2).add(heatmap, other).share(Shared.COLOR_BAR);
        assertThatThrownBy(() -> FigureLayout.of(Cells.sheet(unequal)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("other");
    }

    @Test
    void plotsOfAGridAreAligned() {
        Chart small = Chart.over(List.of("a", "b")).line(Series.of("", 1, 2), Ink.FIRST, Mark.Symbol.CIRCLE);
        Chart large = Chart.over(List.of("a", "b")).line(Series.of("", 1e4, 2e4), Ink.FIRST, Mark.Symbol.CIRCLE);
        Scene scene =
                FigureLayout.of(Cells.sheet(Figure.grid(2, 1).add(small, large).theme(Theme.DARK)));
        List<Rectangle2D> plots = scene.items().stream()
                .filter(Scene.Clip.class::isInstance)
                .map(item -> ((Scene.Clip) item).area())
                .toList();
        assertThat(plots).hasSize(2);
        assertThat(plots.get(0).getX()).isEqualTo(plots.get(1).getX());
        assertThat(plots.get(0).getWidth()).isEqualTo(plots.get(1).getWidth());
    }
}
