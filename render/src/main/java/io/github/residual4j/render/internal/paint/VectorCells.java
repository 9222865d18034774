package io.github.residual4j.render.internal.paint;

import io.github.residual4j.render.internal.layout.CellColors;
import io.github.residual4j.render.internal.layout.Scene;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Map;
import java.util.TreeMap;

/** Cells as shapes: one path for all cells of a colour, neighbours of a row joined. */
final class VectorCells implements CellPainter {
    /** Shades have no shapes; they are an image in any graphics. */
    @Override
    public void paint(Scene.Shades shades, Graphics2D graphics) {
        CellColors colors = shades.colors();
        BufferedImage image = new BufferedImage(colors.columns(), colors.rows(), BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < colors.rows(); row++) {
            for (int column = 0; column < colors.columns(); column++) {
                image.setRGB(column, row, colors.argb(row, column));
            }
        }
        graphics.drawImage(
                image, (int) shades.area().getX(), (int) shades.area().getY(), null);
    }

    @Override
    public void paint(Scene.Cells cells, Graphics2D graphics) {
        Map<Integer, Path2D> paths = new TreeMap<>();
        CellColors colors = cells.colors();
        Rectangle2D area = cells.area();
        double width = area.getWidth() / colors.columns();
        double height = area.getHeight() / colors.rows();
        for (int row = 0; row < colors.rows(); row++) {
            int from = 0;
            for (int column = 1; column <= colors.columns(); column++) {
                int argb = colors.argb(row, from);
                boolean joins = cells.gap() == 0 && column < colors.columns() && colors.argb(row, column) == argb;
                if (!joins) {
                    if (argb != CellColors.EMPTY) {
                        Path2D path = paths.computeIfAbsent(argb, c -> new Path2D.Double());
                        path.append(
                                new Rectangle2D.Double(
                                        area.getX() + from * width,
                                        area.getY() + row * height,
                                        (column - from) * width - cells.gap(),
                                        height - cells.gap()),
                                false);
                    }
                    from = column;
                }
            }
        }
        Object antialiasing = graphics.getRenderingHint(RenderingHints.KEY_ANTIALIASING);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
        paths.forEach((argb, path) -> {
            graphics.setColor(new Color(argb));
            graphics.fill(path);
        });
        if (antialiasing != null) {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, antialiasing);
        }
    }
}
