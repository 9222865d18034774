package io.github.residual4j.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.panel.Chart;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.HeatmapTest;
import io.github.residual4j.render.panel.Ink;
import io.github.residual4j.render.panel.Mark;
import io.github.residual4j.render.panel.Series;
import io.github.residual4j.render.panel.Theme;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;

class FigureTest {
    private final double[][] values = HeatmapTest.gaussian(5, 7);
    private final Figure figure = Figure.of(Heatmap.of(values).colors(Colormap.VIRIDIS, Norm.symmetric(2), "z"))
            .size(640, 400);

    @Test
    void thePngSaysWhatItShows() throws IOException {
        String text = "Bogotá — 東京 🌍 </x>\nsecond line";
        byte[] png = figure.metadata("Description", text)
                .metadata("Software", "residual4j")
                .toPng();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(png))) {
            ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
            reader.setInput(in);
            IIOMetadataNode root = (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0");
            IIOMetadataNode entry =
                    (IIOMetadataNode) root.getElementsByTagName("iTXtEntry").item(0);
            assertThat(entry.getAttribute("keyword")).isEqualTo("Description");
            assertThat(entry.getAttribute("text")).isEqualTo(text);
        }
    }

    @Test
    void aScaledImageHasMorePixels() throws IOException {
        BufferedImage image =
                ImageIO.read(new ByteArrayInputStream(figure.scale(2).toPng()));
        assertThat(image.getWidth()).isEqualTo(1280);
        assertThat(image.getHeight()).isEqualTo(800);
    }

    @Test
    void itIsDrawnOnTheGraphicsOfOthersAndLeavesThemAsTheyWere() {
        BufferedImage image = new BufferedImage(700, 500, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.translate(30, 50);
        var before = graphics.getTransform();
        var hints = graphics.getRenderingHints();
        figure.paint(graphics);
        assertThat(graphics.getTransform()).isEqualTo(before);
        assertThat(graphics.getRenderingHints()).isEqualTo(hints);
        assertThat(graphics.getClip()).isNull();
        Rectangle2D area = Cells.of(figure).area();
        int x = (int) (30 + area.getX() + 0.5 / 7 * area.getWidth());
        int y = (int) (50 + area.getY() + 0.5 / 5 * area.getHeight());
        int index = (int) Math.max(0, Math.min(255, (values[0][0] + 2) / 4 * 256));
        assertThat(image.getRGB(x, y) & 0xffffff).isEqualTo(Colormap.VIRIDIS.rgb(index));
        assertThat(image.getRGB(10, 10) & 0xffffff).as("outside").isZero();
    }

    @Test
    void aNotebookGetsAFragmentThatHoldsTheImage() throws IOException {
        String html = figure.title("a \"b\" <c>").toHtml();
        assertThat(html).startsWith("<img width=\"640\"").contains("alt=\"a &quot;b&quot; &lt;c&gt;\"");
        String base64 = html.replaceAll(".*base64,([^\"]*)\">", "$1");
        BufferedImage image =
                ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
        assertThat(image.getWidth()).isEqualTo(640);
    }

    @Test
    void thereIsNoWindowWithoutADisplay() {
        assertThatThrownBy(figure::show).isInstanceOf(BadRequestException.class).hasMessageContaining("writePng");
    }

    @Test
    void refusesSizesThatAreNone() {
        assertThatThrownBy(() -> figure.size(0, 100))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("0 × 100");
        assertThatThrownBy(() -> figure.scale(Double.NaN)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> figure.size(100_000, 100_000)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> figure.add(Heatmap.of(values)))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("2 panels");
    }

    @Test
    void refusesMarksThatDoNotFitTogether() {
        Chart chart = Chart.over(List.of("a", "b"));
        assertThatThrownBy(() -> chart.line(Series.of("three", 1, 2, 3), Ink.FIRST, Mark.Symbol.NONE))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("three");
        assertThatThrownBy(() -> chart.xRange(Norm.linear(0, 1))).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> new Mark.Line(Series.indices(2), Series.of("y", 1), Ink.FIRST, Mark.Symbol.NONE))
                .isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> Heatmap.of(values).cellText("%d"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("%d");
    }

    @Test
    void aHistogramCountsAsNumPyDoes() {
        // np.histogram([0, 1, 1, 2, 3.5, 4], bins=4) is [1, 2, 1, 2], edges 0, 1, 2, 3, 4
        Mark.Histogram histogram = Mark.Histogram.of(
                Series.of("v", 0, 1, Double.NaN, 1, 2, 3.5, 4, Double.NEGATIVE_INFINITY), 4, Ink.FIRST);
        assertThat(histogram.counts().toArray()).containsExactly(1, 2, 1, 2);
        assertThat(histogram.edges().toArray()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void everyThemeKeepsTextApartFromItsBackground() {
        for (Theme theme : List.of(Theme.LIGHT, Theme.DARK, Theme.PRINT)) {
            assertThat(contrast(theme.text(), theme.background())).isGreaterThan(7);
            assertThat(contrast(theme.muted(), theme.background())).isGreaterThan(4.5);
        }
    }

    /** WCAG 2.1, contrast ratio. */
    private static double contrast(java.awt.Color a, java.awt.Color b) {
        double la = luminance(a);
        double lb = luminance(b);
        return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
    }

    private static double luminance(java.awt.Color color) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        float[] rgb = color.getRGBColorComponents(null);
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            sum += weights[i] * (rgb[i] <= 0.03928 ? rgb[i] / 12.92 : Math.pow((rgb[i] + 0.055) / 1.055, 2.4));
        }
        return sum;
    }
}
