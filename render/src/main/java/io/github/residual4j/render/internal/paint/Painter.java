package io.github.residual4j.render.internal.paint;

import io.github.residual4j.render.internal.layout.Scene;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws a scene. */
public final class Painter {
    private final Graphics2D graphics;
    private final CellPainter cells;

    private Painter(Graphics2D graphics, CellPainter cells) {
        this.graphics = graphics;
        this.cells = cells;
    }

    /** Draws everything as shapes and text, for graphics of any kind. */
    public static Painter vector(Graphics2D graphics) {
        return new Painter(graphics, new VectorCells());
    }

    /** The scene as an opaque image, enlarged. */
    public static BufferedImage image(Scene scene, double scale) {
        int width = Math.max(1, (int) Math.round(scene.width() * scale));
        int height = Math.max(1, (int) Math.round(scene.height() * scale));
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.scale(scale, scale);
            new Painter(graphics, new RasterCells(scale)).paint(scene);
        } finally {
            graphics.dispose();
        }
        return image;
    }

    /** Draws the scene; the graphics' own settings are as before afterwards. */
    public void paint(Scene scene) {
        RenderingHints before = graphics.getRenderingHints();
        AffineTransform transform = graphics.getTransform();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(scene.background());
        graphics.fill(new Rectangle2D.Double(0, 0, scene.width(), scene.height()));
        paint(scene.items());
        graphics.setTransform(transform);
        graphics.setRenderingHints(before);
    }

    private void paint(List<Scene.Item> items) {
        for (Scene.Item item : items) {
            if (item instanceof Scene.Text text) {
                paint(text);
            } else if (item instanceof Scene.Fill fill) {
                graphics.setColor(fill.color());
                graphics.fill(fill.shape());
            } else if (item instanceof Scene.Line line) {
                graphics.setColor(line.color());
                graphics.setStroke(line.stroke());
                graphics.draw(line.shape());
            } else if (item instanceof Scene.Cells matrix) {
                cells.paint(matrix, graphics);
            } else if (item instanceof Scene.Shades shades) {
                cells.paint(shades, graphics);
            } else if (item instanceof Scene.Clip clip) {
                Shape before = graphics.getClip();
                graphics.clip(clip.area());
                paint(clip.items());
                graphics.setClip(before);
            }
        }
    }

    private void paint(Scene.Text text) {
        AffineTransform before = graphics.getTransform();
        graphics.setFont(text.font());
        graphics.setColor(text.color());
        graphics.translate(text.x(), text.y());
        if (text.angle() != 0) {
            graphics.rotate(text.angle());
        }
        graphics.drawString(text.text(), 0, 0);
        graphics.setTransform(before);
    }
}
