package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.ActivationSessionBuilder;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.hook.Token;
import io.github.residual4j.render.Figure;
import io.github.residual4j.render.panel.Heatmap;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;

/** Texts, names and titles stand in pages and pictures as text, whatever they hold. */
@Tag("once")
class HostileTextTest {
    /** Ends every element, attribute, comment and section that a text may stand in, and then begins its own. */
    private static final String ATTACK =
            "'\"--></title></text></style></script>]]><img src=x onerror=\"hacked()\"><svg onload='hacked()'>&lt;&amp;{{data}}";

    /** Half a character, what XML cannot hold, and what turns the direction of writing. */
    private static final String CONTROLS = "\u0000\u0008\u000B\u001F\u007F\u0085\uFFFE\uD83C\u202E";

    private static final Set<String> SVG_ELEMENTS = Set.of(
            "svg", "g", "defs", "clipPath", "path", "rect", "line", "text", "title", "image", "circle", "polygon");

    @TempDir
    private Path folder;

    private static ActivationSession session() {
        Random random = new Random(7);
        ActivationSessionBuilder session = ActivationSession.builder()
                .text(ATTACK + CONTROLS)
                .modelName(ATTACK + CONTROLS)
                .tokens(IntStream.range(0, 3)
                        .mapToObj(i -> Token.of(i, i, ATTACK + CONTROLS))
                        .toList());
        for (int point = 0; point < 5; point++) {
            float[][] state = new float[3][8];
            for (float[] row : state) {
                for (int d = 0; d < row.length; d++) {
                    row[d] = (float) random.nextGaussian();
                }
            }
            session.point(point + ATTACK, state);
        }
        return session.build();
    }

    static Stream<Figure> figures() {
        ResidualFigures figures = ResidualFigures.of(ResidualAnalyzer.of(session()));
        Figure titled = Figure.of(Heatmap.of(new double[2][2]).rowLabels(List.of(ATTACK, ATTACK + CONTROLS)))
                .title(ATTACK + CONTROLS)
                .subtitle(ATTACK + CONTROLS)
                .footnote(ATTACK + CONTROLS);
        return Stream.of(
                titled,
                figures.cosineBetweenConsecutivePoints(),
                figures.statistics(),
                figures.magnitudes(),
                figures.alignment(),
                figures.norms(),
                figures.cosineBetweenAllPoints(),
                figures.similarity(),
                figures.cosineWithEnds(),
                figures.updates(),
                figures.outliers(),
                figures.grid(2, 1));
    }

    @ParameterizedTest
    @MethodSource("figures")
    void svgHoldsItAsText(Figure figure) throws Exception {
        Document svg = DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(figure.toSvg()));
        NodeList all = svg.getElementsByTagName("*");
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            names.add(element.getTagName());
            NamedNodeMap attributes = element.getAttributes();
            for (int a = 0; a < attributes.getLength(); a++) {
                assertThat(attributes.item(a).getNodeName()).doesNotStartWith("on");
            }
        }
        assertThat(SVG_ELEMENTS).containsAll(names);
    }

    @Test
    void svgKeepsTheWholeOfIt() throws Exception {
        Document svg = DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(
                        figures().findFirst().orElseThrow().toSvg()));
        assertThat(svg.getDocumentElement()
                        .getElementsByTagName("title")
                        .item(0)
                        .getTextContent())
                .startsWith(ATTACK)
                .endsWith("\u202E");
    }

    @Test
    void pagesHoldItAsText() throws Exception {
        ResidualFigures.of(ResidualAnalyzer.of(session())).all(folder);
        for (String page : List.of("index.html", "layers.html")) {
            String html = Files.readString(folder.resolve(page)); // refuses what is not UTF-8
            assertThat(html).as(page).contains("&lt;img src=x onerror=&quot;hacked()&quot;&gt;");
            String unescaped = html.replaceAll("(&quot;|&#39;)hacked\\(\\)(&quot;|&#39;)", "");
            assertThat(tags(unescaped)).as(page).doesNotContain("svg").noneMatch(tag -> tag.contains("hacked"));
            assertThat(unescaped).as(page).doesNotContain("]]>", "--></title>");
        }
    }

    /** What a browser would take for the beginnings of elements, attributes included. */
    private static List<String> tags(String html) {
        return Pattern.compile("<([a-zA-Z][^>]*)>")
                .matcher(html)
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
