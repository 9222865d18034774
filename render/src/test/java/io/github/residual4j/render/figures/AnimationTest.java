package io.github.residual4j.render.figures;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.ActivationSession;
import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.render.Cells;
import io.github.residual4j.render.color.Colormap;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;

class AnimationTest {
    private final ActivationSession session = Sessions.paris();
    private final Animation animation =
            ResidualFigures.of(ResidualAnalyzer.of(session)).layers(5);

    @Test
    void theGifShowsTheStateAtEveryPoint() throws IOException {
        List<BufferedImage> frames = read(animation.toGif());
        assertThat(frames).hasSize(17);
        double limit = Sessions.limit(session, 5);
        for (int point = 0; point < 17; point++) {
            Rectangle2D area = Cells.of(animation.frame(point)).area();
            for (int d = 0; d < 160; d++) {
                int x = (int) (area.getX() + (d % 20 + 0.5) / 20 * area.getWidth());
                int y = (int) (area.getY() + (d / 20 + 0.5) / 8 * area.getHeight());
                int index = (int) Math.max(0, Math.min(255, (session.value(point, 5, d) + limit) / (2 * limit) * 256));
                assertNear(
                        frames.get(point).getRGB(x, y),
                        Colormap.RD_BU_R.rgb(index),
                        "point " + point + ", dimension " + d);
            }
        }
    }

    /** One palette serves all frames, so a rare colour may be its neighbour. */
    private static void assertNear(int actual, int expected, String what) {
        for (int shift = 0; shift <= 16; shift += 8) {
            int want = expected >> shift & 255;
            assertThat(actual >> shift & 255).as(what).isBetween(want - 4, want + 4);
        }
    }

    @Test
    void theGridStaysWhereItIs() {
        Rectangle2D first = Cells.of(animation.frame(0)).area();
        for (int point = 1; point < 17; point++) {
            assertThat(Cells.of(animation.frame(point)).area()).isEqualTo(first);
        }
    }

    @Test
    void theGifLoopsForEver() throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(animation.toGif()))) {
            ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
            reader.setInput(in);
            IIOMetadataNode root =
                    (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0");
            IIOMetadataNode loop = (IIOMetadataNode)
                    root.getElementsByTagName("ApplicationExtension").item(0);
            assertThat(loop.getAttribute("applicationID")).isEqualTo("NETSCAPE");
            assertThat((byte[]) loop.getUserObject()).containsExactly(1, 0, 0);
            IIOMetadataNode control = (IIOMetadataNode)
                    root.getElementsByTagName("GraphicControlExtension").item(0);
            assertThat(control.getAttribute("delayTime")).isEqualTo("40");
        }
    }

    /** Frames as a viewer shows them: each drawn over the one before, at its place. */
    private static List<BufferedImage> read(byte[] gif) throws IOException {
        List<BufferedImage> frames = new ArrayList<>();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
            ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
            reader.setInput(in);
            BufferedImage before = null;
            for (int i = 0; i < reader.getNumImages(true); i++) {
                IIOMetadataNode root =
                        (IIOMetadataNode) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0");
                IIOMetadataNode place = (IIOMetadataNode)
                        root.getElementsByTagName("ImageDescriptor").item(0);
                BufferedImage part = reader.read(i);
                BufferedImage frame = before == null
                        ? new BufferedImage(part.getWidth(), part.getHeight(), BufferedImage.TYPE_INT_RGB)
                        : new BufferedImage(before.getWidth(), before.getHeight(), BufferedImage.TYPE_INT_RGB);
                Graphics2D graphics = frame.createGraphics();
                graphics.drawImage(before, 0, 0, null);
                graphics.drawImage(
                        part,
                        Integer.parseInt(place.getAttribute("imageLeftPosition")),
                        Integer.parseInt(place.getAttribute("imageTopPosition")),
                        null);
                graphics.dispose();
                frames.add(frame);
                before = frame;
            }
        }
        return frames;
    }

    @Test
    void thePageHoldsEveryValue() {
        String page = new String(animation.toHtml(), StandardCharsets.UTF_8);
        JsonObject data = data(page);
        FloatBuffer values = ByteBuffer.wrap(
                        Base64.getDecoder().decode(data.get("values").getAsString()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        assertThat(values.remaining()).isEqualTo(17 * 6 * 160);
        assertThat(values.get((9 * 6 + 4) * 160 + 33)).isEqualTo(session.value(9, 4, 33));
        assertThat(data.getAsJsonArray("tokens").get(4).getAsString()).isEqualTo(" capital");
        assertThat(page).contains("default-src 'none'");
    }

    @Test
    void thePageOfGpt2IsSmall() {
        ActivationSession gpt2 = Sessions.random(List.of("Paris", " is", " the", " capital", " of"), 13, 768);
        assertThat(ResidualFigures.of(ResidualAnalyzer.of(gpt2)).layers(4).toHtml())
                .hasSizeLessThan(1_000_000);
    }

    @Test
    void thePageEscapesWhatTheTextHolds() {
        String attack = "</script><img src=x onerror=alert(1)>&amp;{{data}}";
        ActivationSession hostile = ActivationSession.builder()
                .point(attack, new float[][] {{1, 2}})
                .text(attack)
                .modelName(attack)
                .tokens(List.of(io.github.residual4j.hook.Token.of(0, 1, attack)))
                .build();
        String page = new String(
                ResidualFigures.of(ResidualAnalyzer.of(hostile)).layers(0).toHtml(), StandardCharsets.UTF_8);
        assertThat(page).doesNotContain("<img").contains("&lt;/script&gt;");
        assertThat(data(page).getAsJsonArray("tokens").get(0).getAsString()).isEqualTo(attack);
    }

    private static JsonObject data(String page) {
        String start = "<script id=\"data\" type=\"application/json\">";
        int from = page.indexOf(start) + start.length();
        return JsonParser.parseString(page.substring(from, page.indexOf("</script>", from)))
                .getAsJsonObject();
    }
}
