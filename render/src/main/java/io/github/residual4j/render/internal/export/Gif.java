package io.github.residual4j.render.internal.export;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes an animated GIF that loops for ever, all frames in one palette. */
public final class Gif {
    private static final String FORMAT = "javax_imageio_gif_image_1.0";

    private Gif() {}

    /**
     * The frames as the bytes of a GIF file. Every frame after the first holds only the rectangle that changed.
     *
     * @param frames of {@link BufferedImage#TYPE_INT_RGB}, all of one size; at least one
     * @param delayMillis how long each is shown; GIF counts in hundredths of a second
     */
    public static byte[] encode(List<BufferedImage> frames, int delayMillis) {
        GifPalette palette = GifPalette.of(frames);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < frames.size(); i++) {
                BufferedImage frame = frames.get(i);
                Rectangle part =
                        i == 0 ? new Rectangle(frame.getWidth(), frame.getHeight()) : changed(frames.get(i - 1), frame);
                BufferedImage indexed = indexed(frame, part, palette);
                IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(indexed), null);
                describe(metadata, part, delayMillis, i == 0);
                writer.writeToSequence(new IIOImage(indexed, null, metadata), null);
            }
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new UncheckedIOException("Encoding in memory failed.", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    static int[] pixels(BufferedImage image) {
        return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    }

    /** The smallest rectangle outside which two images are the same; one pixel if they are the same altogether. */
    private static Rectangle changed(BufferedImage before, BufferedImage after) {
        int[] a = pixels(before);
        int[] b = pixels(after);
        int width = after.getWidth();
        Rectangle changed = new Rectangle(0, 0, -1, -1);
        for (int y = 0; y < after.getHeight(); y++) {
            int first = java.util.Arrays.mismatch(a, y * width, (y + 1) * width, b, y * width, (y + 1) * width);
            if (first >= 0) {
                int last = width - 1;
                while (a[y * width + last] == b[y * width + last]) {
                    last--;
                }
                changed.add(new Rectangle(first, y, last - first + 1, 1));
            }
        }
        return changed.isEmpty() ? new Rectangle(0, 0, 1, 1) : changed;
    }

    private static BufferedImage indexed(BufferedImage frame, Rectangle part, GifPalette palette) {
        IndexColorModel model = palette.colorModel();
        BufferedImage indexed = new BufferedImage(part.width, part.height, BufferedImage.TYPE_BYTE_INDEXED, model);
        byte[] out = ((DataBufferByte) indexed.getRaster().getDataBuffer()).getData();
        palette.index(pixels(frame), frame.getWidth(), part, out);
        return indexed;
    }

    private static void describe(IIOMetadata metadata, Rectangle part, int delayMillis, boolean isFirst)
            throws IIOInvalidTreeException {
        IIOMetadataNode root = new IIOMetadataNode(FORMAT);
        IIOMetadataNode place = child(root, "ImageDescriptor");
        place.setAttribute("imageLeftPosition", Integer.toString(part.x));
        place.setAttribute("imageTopPosition", Integer.toString(part.y));
        place.setAttribute("imageWidth", Integer.toString(part.width));
        place.setAttribute("imageHeight", Integer.toString(part.height));
        place.setAttribute("interlaceFlag", "FALSE");
        IIOMetadataNode control = child(root, "GraphicControlExtension");
        control.setAttribute("disposalMethod", "doNotDispose");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("delayTime", Integer.toString(Math.max(2, Math.round(delayMillis / 10f))));
        control.setAttribute("transparentColorIndex", "0");
        if (isFirst) {
            IIOMetadataNode loop = child(child(root, "ApplicationExtensions"), "ApplicationExtension");
            loop.setAttribute("applicationID", "NETSCAPE");
            loop.setAttribute("authenticationCode", "2.0");
            loop.setUserObject(new byte[] {1, 0, 0}); // block 1: repeat 0 times, which means for ever
        }
        metadata.mergeTree(FORMAT, root);
    }

    private static IIOMetadataNode child(IIOMetadataNode parent, String name) {
        IIOMetadataNode node = new IIOMetadataNode(name);
        parent.appendChild(node);
        return node;
    }
}
