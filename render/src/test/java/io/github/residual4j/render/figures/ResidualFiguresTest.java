package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResidualFiguresTest {
    private static final List<String> NAMES = List.of(
            "cosine-consecutive.png",
            "statistics.png",
            "magnitudes.png",
            "alignment.png",
            "norms.png",
            "cosine-points.png",
            "similarity.png",
            "cosine-ends.png",
            "updates.png",
            "spectra.png",
            "principal-components.png",
            "outliers.png",
            "grid.png",
            "layers.gif",
            "layers.html",
            "index.html");

    private final ResidualFigures figures = ResidualFigures.of(ResidualAnalyzer.of(Sessions.paris()));

    @TempDir
    private Path folder;

    /** The numbers come from an independent implementation of the notebook's formulas in NumPy float64. */
    @Test
    void showsTheNumbersOfTheNotebook() {
        JsonObject expected = JsonParser.parseReader(new InputStreamReader(
                        ResidualFiguresTest.class.getResourceAsStream("paris-expected-analysis.json"),
                        StandardCharsets.UTF_8))
                .getAsJsonObject();
        compare(
                (Heatmap) figures.cosineBetweenConsecutivePoints().panels().get(0),
                expected.getAsJsonArray("cosine_consecutive"));
        compare((Heatmap) figures.alignment().panels().get(0), expected.getAsJsonArray("cosine_residual_attention"));
        compare((Heatmap) figures.alignment().panels().get(1), expected.getAsJsonArray("cosine_residual_mlp"));
        JsonObject statistics = expected.getAsJsonObject("statistics");
        compare(line(figures.statistics(), 0, ""), statistics.getAsJsonArray("mean"));
        compare(line(figures.statistics(), 1, ""), statistics.getAsJsonArray("std"));
        compare(line(figures.statistics(), 2, "Max"), statistics.getAsJsonArray("max"));
        compare(line(figures.statistics(), 2, "Min"), statistics.getAsJsonArray("min"));
        compare(line(figures.statistics(), 3, ""), statistics.getAsJsonArray("abs_mean"));
        JsonObject magnitudes = expected.getAsJsonObject("magnitudes");
        compare(line(figures.magnitudes(), 0, "Residual stream"), magnitudes.getAsJsonArray("residual_l2"));
        compare(line(figures.magnitudes(), 0, "Attention output"), magnitudes.getAsJsonArray("attention_l2"));
        compare(line(figures.magnitudes(), 0, "MLP output"), magnitudes.getAsJsonArray("mlp_l2"));
        compare(line(figures.magnitudes(), 1, "Attention / residual"), magnitudes.getAsJsonArray("attention_ratio"));
        compare(line(figures.magnitudes(), 1, "MLP / residual"), magnitudes.getAsJsonArray("mlp_ratio"));
        compare(bars(figures.magnitudes(), 2, 0), magnitudes.getAsJsonArray("attention_l2"));
        compare(bars(figures.magnitudes(), 2, 1), magnitudes.getAsJsonArray("mlp_l2"));
        compare(bars(figures.magnitudes(), 3, 0), magnitudes.getAsJsonArray("attention_percent"));
        compare(bars(figures.magnitudes(), 3, 1), magnitudes.getAsJsonArray("mlp_percent"));
    }

    private static void compare(Heatmap heatmap, JsonArray expected) {
        assertThat(heatmap.rows()).isEqualTo(expected.size());
        for (int row = 0; row < expected.size(); row++) {
            JsonArray values = expected.get(row).getAsJsonArray();
            assertThat(heatmap.columns()).isEqualTo(values.size());
            for (int column = 0; column < values.size(); column++) {
                double want = values.get(column).getAsDouble();
                assertThat(heatmap.value(row, column)).isCloseTo(want, within(2e-6 + 1e-5 * Math.abs(want)));
            }
        }
    }

    private static void compare(Series series, JsonArray expected) {
        assertThat(series.size()).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            double want = expected.get(i).getAsDouble();
            assertThat(series.value(i)).isCloseTo(want, within(1e-6 + 1e-5 * Math.abs(want)));
        }
    }

    private static Series line(Figure figure, int panel, String name) {
        return ((Chart) figure.panels().get(panel))
                .marks().stream()
                        .filter(mark -> mark instanceof Mark.Line line
                                && line.y().name().equals(name))
                        .map(mark -> ((Mark.Line) mark).y())
                        .findFirst()
                        .orElseThrow();
    }

    private static Series bars(Figure figure, int panel, int part) {
        return ((Chart) figure.panels().get(panel))
                .marks().stream()
                        .filter(Mark.StackedBars.class::isInstance)
                        .map(mark -> ((Mark.StackedBars) mark).parts().get(part))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void writesEveryFigure() throws IOException {
        ResidualFigures.Written written = figures.writeAll(folder.resolve("new/figures"), 5);
        assertThat(written.refused()).isEmpty();
        assertThat(written.files()).extracting(f -> f.getFileName().toString()).containsExactlyElementsOf(NAMES);
        assertThat(filesIn(folder.resolve("new/figures"))).containsExactlyInAnyOrderElementsOf(NAMES);
        BufferedImage cosine = ImageIO.read(
                folder.resolve("new/figures/cosine-consecutive.png").toFile());
        assertThat(cosine.getWidth()).isEqualTo(1120);
        assertThat(cosine.getHeight()).isEqualTo(800);
        assertThat(folder.resolve("new/figures/index.html"))
                .content()
                .contains("magnitudes.png", "layers.html", "<bdi>blocks.3.resid_mid → blocks.3.resid_post</bdi>");
    }

    private static List<String> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }

    @Test
    void givesTheSameBytesEveryTime() throws IOException {
        figures.writeAll(folder.resolve("a"), 2);
        ResidualFigures.of(ResidualAnalyzer.of(Sessions.paris())).writeAll(folder.resolve("b"), 2);
        for (String name : NAMES) {
            assertThat(folder.resolve("a").resolve(name))
                    .hasSameBinaryContentAs(folder.resolve("b").resolve(name));
        }
    }

    @Test
    void countsTokensFromTheEndWhereNegative() {
        assertThat(figures.layers(-1).toHtml()).isEqualTo(figures.layers(5).toHtml());
        assertThat(figures.layers(-6).toHtml()).isEqualTo(figures.layers(0).toHtml());
        assertThat(figures.grid(3, -2).toSvg()).isEqualTo(figures.grid(3, 4).toSvg());
    }

    @Test
    void saysWhatItDraws() {
        assertThat(ResidualFigures.of(ResidualAnalyzer.of(Sessions.paris()).withoutFirstPosition()))
                .hasToString("figures of " + Sessions.paris() + ", positions 1 to 5");
    }

    @Test
    void refusesATokenThatIsNotThere() {
        assertThatThrownBy(() -> figures.writeAll(folder.resolve("none"), 6))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("6");
        assertThatThrownBy(() -> figures.layers(-7))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("-7");
        assertThatThrownBy(() -> figures.grid(17, 0))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("17");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void leavesOutWhatASessionCannotAnswerAndSaysWhy() throws IOException {
        ResidualFigures one = ResidualFigures.of(ResidualAnalyzer.of(Sessions.random(List.of("a", "b"), 1, 12)));
        ResidualFigures.Written written = one.writeAll(folder, 0);
        assertThat(written.refused())
                .isNotEmpty()
                .allSatisfy(why -> assertThat(why).endsWith("."));
        assertThat(filesIn(folder))
                .contains("statistics.png", "grid.png", "layers.gif")
                .doesNotContain("magnitudes.png");
        assertThat(folder.resolve("index.html")).content().contains("magnitudes.png: ");
    }

    @Test
    void leavesWhatWasThereWhenAFileCannotBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        assertThatThrownBy(() -> figures.statistics().writePng(file.resolve("below/statistics.png")))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("statistics.png");
        assertThatThrownBy(() -> figures.statistics().writePng(folder))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("folder");
        assertThat(file).hasContent("mine");
        assertThat(filesIn(folder)).containsExactly("file");
    }
}
