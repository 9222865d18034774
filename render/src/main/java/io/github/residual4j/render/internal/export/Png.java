package io.github.residual4j.render.internal.export;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes PNG. */
public final class Png {
    private static final String FORMAT = "javax_imageio_png_1.0";

    /** Favours speed: figures are mostly flat colour, which compresses well at any level. */
    private static final float QUALITY = 0.6f;

    private Png() {}

    /**
     * The image as the bytes of a PNG file.
     *
     * @param texts by keyword, kept as international text (iTXt)
     */
    public static byte[] encode(BufferedImage image, Map<String, String> texts) {
        ImageTypeSpecifier type = ImageTypeSpecifier.createFromRenderedImage(image);
        ImageWriter writer = ImageIO.getImageWriters(type, "png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            IIOMetadata metadata = writer.getDefaultImageMetadata(type, param);
            if (!texts.isEmpty()) {
                metadata.mergeTree(FORMAT, tree(texts));
            }
            writer.write(null, new IIOImage(image, null, metadata), param);
        } catch (IOException e) {
            throw new UncheckedIOException("Encoding in memory failed.", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static IIOMetadataNode tree(Map<String, String> texts) {
        IIOMetadataNode root = new IIOMetadataNode(FORMAT);
        IIOMetadataNode list = new IIOMetadataNode("iTXt");
        root.appendChild(list);
        texts.forEach((keyword, text) -> {
            IIOMetadataNode entry = new IIOMetadataNode("iTXtEntry");
            entry.setAttribute("keyword", keyword);
            entry.setAttribute("compressionFlag", "FALSE");
            entry.setAttribute("compressionMethod", "0");
            entry.setAttribute("languageTag", "");
            entry.setAttribute("translatedKeyword", keyword);
            entry.setAttribute("text", text.replace("\0", "\uFFFD"));
            list.appendChild(entry);
        });
        return root;
    }

    /**
     * HTML that holds a PNG file whole.
     *
     * @param width at which it is shown, in CSS pixels
     * @param description what it shows, for those who cannot see it
     */
    public static String imageTag(byte[] png, int width, String description) {
        return "<img width=\"" + width + "\" style=\"max-width:100%;height:auto\" alt=\"" + Html.escape(description)
                + "\" src=\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(png) + "\">";
    }
}
