package io.github.residual4j.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.render.color.Colormap;
import io.github.residual4j.render.color.Norm;
import io.github.residual4j.render.figures.Browser;
import io.github.residual4j.render.figures.ResidualFigures;
import io.github.residual4j.render.figures.Sessions;
import io.github.residual4j.render.panel.Heatmap;
import io.github.residual4j.render.panel.HeatmapTest;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.OutputType;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SvgTest {
    private final ResidualFigures figures = ResidualFigures.of(ResidualAnalyzer.of(Sessions.paris()));

    @TempDir
    private Path folder;

    private static Document parse(Figure figure) throws Exception {
        return DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(figure.toSvg()));
    }

    private static List<Element> elements(Document document, String name) {
        NodeList found = document.getElementsByTagNameNS("http://www.w3.org/2000/svg", name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    @Test
    void textIsTextAndShapesAreShapes() throws Exception {
        Document svg = parse(figures.alignment());
        assertThat(elements(svg, "text"))
                .extracting(text -> text.getFirstChild().getTextContent())
                .contains("Residual · MLP output", "␣capital", "−0.4");
        assertThat(elements(svg, "image")).isEmpty();
        assertThat(elements(svg, "path")).hasSizeGreaterThan(50);
        assertThat(svg.getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 1120.00 480.00");
        assertThat(elements(svg, "title").get(0).getTextContent())
                .isEqualTo(figures.alignment().title());
    }

    @Test
    void shortenedTextIsKeptWhole() throws Exception {
        String name = "start" + " and on".repeat(100) + " <end> & \u0000\uFFFE";
        Document svg = parse(Figure.of(Heatmap.of(new double[1][1]).rowLabels(List.of(name))));
        assertThat(elements(svg, "title"))
                .extracting(Element::getTextContent)
                .containsExactly(name.replace('\u0000', '\uFFFD').replace('\uFFFE', '\uFFFD'));
    }

    @Test
    void theSameFigureGivesTheSameBytes() {
        assertThat(figures.magnitudes().toSvg()).isEqualTo(figures.magnitudes().toSvg());
    }

    @Test
    void aBrowserShowsTheSameCells() throws IOException {
        double[][] values = HeatmapTest.gaussian(6, 9);
        Figure figure = Figure.of(Heatmap.of(values).colors(Colormap.PLASMA, Norm.symmetric(2), "z"))
                .size(800, 500);
        Path file = folder.resolve("figure.svg");
        figure.writeSvg(file);
        try (Browser browser = Browser.open()) {
            browser.driver().get(file.toUri().toString());
            BufferedImage shot =
                    ImageIO.read(new ByteArrayInputStream(browser.driver().getScreenshotAs(OutputType.BYTES)));
            Rectangle2D area = Cells.of(figure).area();
            for (int row = 0; row < 6; row++) {
                for (int column = 0; column < 9; column++) {
                    int x = (int) (area.getX() + (column + 0.5) / 9 * area.getWidth());
                    int y = (int) (area.getY() + (row + 0.5) / 6 * area.getHeight());
                    int index = (int) Math.max(0, Math.min(255, (values[row][column] + 2) / 4 * 256));
                    assertThat(shot.getRGB(x, y) & 0xffffff).isEqualTo(Colormap.PLASMA.rgb(index));
                }
            }
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
