package io.github.residual4j.render.internal.export;

import java.awt.Image;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.Map;
import org.apache.batik.svggen.DefaultImageHandler;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.w3c.dom.Element;

/** Puts images into SVG as PNG; Batik's own way takes a further library. */
final class SvgImages extends DefaultImageHandler {
    private static final String XLINK = "http://www.w3.org/1999/xlink";

    @Override
    protected void handleHREF(Image image, Element element, SVGGeneratorContext context) {
        byte[] png = Png.encode((BufferedImage) image, Map.of());
        element.setAttributeNS(
                XLINK,
                "xlink:href",
                "data:image/png;base64," + Base64.getEncoder().encodeToString(png));
    }
}
