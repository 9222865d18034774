package io.github.residual4j.render.panel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.Cells;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class HeatmapTest {
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "7, 5, 1", "24, 400, 1", "97, 3, 2", "7, 5, 1.5"})
    void everyCellHasTheColourOfItsValue(int rows, int columns, double scale) {
        double[][] values = gaussian(rows, columns);
        values[0][0] = Double.NaN;
        Figure figure = Figure.of(Heatmap.of(values).colors(Colormap.MAGMA, Norm.linear(-1, 2), "z"))
                .scale(scale);
        BufferedImage image = figure.toImage();
        Rectangle2D area = Cells.of(figure).area();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double x = (area.getX() + (column + 0.5) / columns * area.getWidth()) * scale;
                double y = (area.getY() + (row + 0.5) / rows * area.getHeight()) * scale;
                double unit = (values[row][column] + 1) / 3;
                int expected = row + column == 0
                        ? figure.theme().missing().getRGB() & 0xffffff
                        : Colormap.MAGMA.rgb((int) Math.max(0, Math.min(255, unit * 256)));
                assertThat(image.getRGB((int) x, (int) y) & 0xffffff)
                        .as("%d, %d", row, column)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void cellsNarrowerThanAPixelAreMixed() {
        double[][] values = new double[2][4000];
        for (int column = 0; column < 4000; column++) {
            values[0][column] = column % 2;
        }
        Figure figure = Figure.of(Heatmap.of(values).colors(Colormap.GREYS, Norm.linear(0, 1), ""));
        Rectangle2D area = Cells.of(figure).area();
        int mixed = figure.toImage().getRGB((int) area.getCenterX(), (int) area.getY() + 10) & 255;
        assertThat(mixed).isBetween(80, 175);
    }

    @ParameterizedTest
    @CsvSource({"768, 48", "160, 20", "1024, 64", "1280, 64", "1600, 64", "1, 1", "12, 6", "97, 17", "13, 7"})
    void aStateBecomesAGridAboutThreeTimesAsWideAsHigh(int width, int columns) {
        Heatmap grid = Heatmap.grid(new float[width]);
        assertThat(grid.columns()).isEqualTo(columns);
        assertThat(grid.rows()).isEqualTo((width + columns - 1) / columns);
        assertThat(grid.count()).isEqualTo(width);
    }

    @Test
    void aGridHasEdgesAndLeavesMissingCellsEmpty() {
        float[] state = new float[97];
        for (int i = 0; i < state.length; i++) {
            state[i] = i - 48;
        }
        Figure figure = Figure.of(Heatmap.grid(state)).theme(Theme.DARK);
        BufferedImage image = figure.toImage();
        Rectangle2D area = Cells.of(figure).area();
        double width = area.getWidth() / 17;
        double height = area.getHeight() / 6;
        int y = (int) (area.getY() + height / 2);
        assertThat(image.getRGB((int) (area.getX() + width / 2), y) & 0xffffff).isEqualTo(Colormap.VIRIDIS.rgb(0));
        assertThat(image.getRGB((int) Math.round(area.getX() + width) - 1, y) & 0xffffff)
                .as("edge")
                .isEqualTo(0);
        assertThat(image.getRGB((int) area.getMaxX() - 5, (int) area.getMaxY() - 5) & 0xffffff)
                .as("no dimension")
                .isEqualTo(0);
    }

    @Test
    void theColourBarSaysHowManyValuesLieBeyondItsEnds() {
        double[][] values = {{-9, -1, 0, 1, 2, 3, 4, Double.NaN}};
        Figure figure = Figure.of(Heatmap.of(values).colors(Colormap.VIRIDIS, Norm.symmetric(1), ""));
        assertThat(Cells.texts(figure)).contains("3 of 8 above, 1 below, 1 NaN");
        Figure within = Figure.of(Heatmap.of(values).colors(Colormap.VIRIDIS, Norm.symmetric(9), ""));
        assertThat(Cells.texts(within)).contains("1 of 8 NaN");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void refusesLabelsThatDoNotFit(int count) {
        Heatmap heatmap = Heatmap.of(new double[2][2]);
        List<String> labels = List.of("a", "b", "c").subList(0, count);
        assertThatThrownBy(() -> heatmap.rowLabels(labels))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining(count + " row");
        assertThatThrownBy(() -> heatmap.columnLabels(labels))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining(count + " column");
    }

    @Test
    void refusesEmptyAndRaggedValues() {
        assertThatThrownBy(() -> Heatmap.of(new double[0][0])).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> Heatmap.of(new double[][] {{1, 2}, {3}}))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("row 1");
        assertThatThrownBy(() -> Heatmap.grid(new float[0])).isInstanceOf(BadRequestException.class);
    }

    @Test
    void keepsItsOwnValues() {
        double[][] values = {{1, 2}};
        Heatmap heatmap = Heatmap.of(values);
        values[0][0] = 9;
        assertThat(heatmap.value(0, 0)).isEqualTo(1);
        assertThat(heatmap).isEqualTo(Heatmap.of(new double[][] {{1, 2}})).isNotEqualTo(Heatmap.of(values));
    }

    public static double[][] gaussian(int rows, int columns) {
        Random random = new Random(rows * 31L + columns);
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            for (int i = 0; i < columns; i++) {
                row[i] = random.nextGaussian();
            }
        }
        return values;
    }
}
