package io.github.residual4j.render.internal.export;

import io.github.residual4j.render.internal.layout.Scene;
import io.github.residual4j.render.internal.paint.Painter;
import java.awt.Dimension;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Describes a figure as SVG. */
public final class Svg {
    private static final String NAMESPACE = "http://www.w3.org/2000/svg";

    private Svg() {}

    /** The scene as UTF-8. Text stays text: it can be searched, and shortened text is shown whole when pointed at. */
    public static byte[] encode(Scene scene, String title) {
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
        context.setComment(null);
        context.setPrecision(3);
        context.setImageHandler(new SvgImages());
        SVGGraphics2D graphics = new SVGGraphics2D(context, false);
        graphics.setSVGCanvasSize(new Dimension((int) Math.ceil(scene.width()), (int) Math.ceil(scene.height())));
        Painter.vector(graphics).paint(scene);
        Element root = graphics.getRoot();
        root.setAttribute("viewBox", "0 0 " + number(scene.width()) + " " + number(scene.height()));
        root.setAttribute("role", "img");
        describeTexts(root, texts(scene.items()));
        if (!title.isBlank()) {
            root.insertBefore(titled(root, title), root.getFirstChild());
        }
        StringWriter out = new StringWriter();
        try {
            graphics.stream(root, out, true, false);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed.", e);
        }
        // The declaration names a file on the network, which XML parsers would fetch.
        return out.toString().replaceFirst("<!DOCTYPE[^>]*>\\s*", "").getBytes(StandardCharsets.UTF_8);
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newDefaultNSInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(NAMESPACE, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("The JDK's own XML parser cannot be set up.", e);
        }
    }

    private static List<Scene.Text> texts(List<Scene.Item> items) {
        List<Scene.Text> texts = new ArrayList<>();
        for (Scene.Item item : items) {
            if (item instanceof Scene.Text text) {
                texts.add(text);
            } else if (item instanceof Scene.Clip clip) {
                texts.addAll(texts(clip.items()));
            }
        }
        return texts;
    }

    /** Batik makes one element for each text, in order; each gets the width it was laid out with, whatever the font. */
    private static void describeTexts(Element root, List<Scene.Text> texts) {
        NodeList elements = root.getElementsByTagNameNS(NAMESPACE, "text");
        if (elements.getLength() != texts.size()) {
            throw new IllegalStateException(
                    texts.size() + " texts became " + elements.getLength() + " elements of SVG.");
        }
        for (int i = 0; i < texts.size(); i++) {
            Scene.Text text = texts.get(i);
            Element element = (Element) elements.item(i);
            double length =
                    text.angle() == 0 ? text.bounds().getWidth() : text.bounds().getHeight();
            element.setAttribute("textLength", number(length));
            element.setAttribute("lengthAdjust", "spacingAndGlyphs");
            element.removeAttributeNS(XMLConstants.XML_NS_URI, "space");
            if (!text.full().equals(text.text())) {
                element.appendChild(titled(element, text.full()));
            }
        }
    }

    private static Element titled(Element parent, String text) {
        Element title = parent.getOwnerDocument().createElementNS(NAMESPACE, "title");
        title.setTextContent(XmlText.of(text));
        return title;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
