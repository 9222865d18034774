package io.github.residual4j.render.internal.paint;

import io.github.residual4j.render.internal.layout.CellColors;
import io.github.residual4j.render.internal.layout.Scene;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/**
 * Cells as pixels whose edges lie exactly between pixels. Where several cells fall on one pixel, it takes the mean of
 * their colours.
 */
final class RasterCells implements CellPainter {
    private final double scale;

    RasterCells(double scale) {
        this.scale = scale;
    }

    @Override
    public void paint(Scene.Cells cells, Graphics2D graphics) {
        Rectangle2D area = cells.area();
        int left = (int) Math.round(area.getX() * scale);
        int top = (int) Math.round(area.getY() * scale);
        int width = Math.max(1, (int) Math.round(area.getMaxX() * scale) - left);
        int height = Math.max(1, (int) Math.round(area.getMaxY() * scale) - top);
        int gap = (int) Math.round(cells.gap() * scale);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        CellColors colors = cells.colors();
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        int[] columnFrom = bounds(width, colors.columns());
        int[] rowFrom = bounds(height, colors.rows());
        if (colors.columns() <= width && colors.rows() <= height) {
            fill(colors, columnFrom, rowFrom, gap, pixels, width);
        } else {
            average(colors, width, height, pixels);
        }
        var unscaled = graphics.getTransform();
        graphics.translate(left / scale, top / scale);
        graphics.scale(1 / scale, 1 / scale);
        graphics.drawImage(image, 0, 0, null);
        graphics.setTransform(unscaled);
    }

    @Override
    public void paint(Scene.Shades shades, Graphics2D graphics) {
        paint(new Scene.Cells(shades.area(), shades.colors(), 0), graphics);
    }

    /** Where each of some parts of a length begins, and last where they end. */
    private static int[] bounds(int length, int parts) {
        int[] bounds = new int[parts + 1];
        for (int i = 0; i <= parts; i++) {
            bounds[i] = (int) Math.round((double) i * length / parts);
        }
        return bounds;
    }

    private static void fill(CellColors colors, int[] columnFrom, int[] rowFrom, int gap, int[] pixels, int width) {
        for (int row = 0; row < colors.rows(); row++) {
            int first = rowFrom[row] * width;
            int last = Math.max(rowFrom[row] + 1, rowFrom[row + 1] - gap) * width;
            for (int column = 0; column < colors.columns(); column++) {
                int to = Math.max(columnFrom[column] + 1, columnFrom[column + 1] - gap);
                java.util.Arrays.fill(pixels, first + columnFrom[column], first + to, colors.argb(row, column));
            }
            for (int at = first + width; at < last; at += width) {
                System.arraycopy(pixels, first, pixels, at, width);
            }
        }
    }

    private static void average(CellColors colors, int width, int height, int[] pixels) {
        for (int y = 0; y < height; y++) {
            int row = (int) ((long) y * colors.rows() / height);
            int rowTo = Math.max(row + 1, (int) ((y + 1L) * colors.rows() / height));
            for (int x = 0; x < width; x++) {
                int column = (int) ((long) x * colors.columns() / width);
                int columnTo = Math.max(column + 1, (int) ((x + 1L) * colors.columns() / width));
                pixels[y * width + x] = mean(colors, row, rowTo, column, columnTo);
            }
        }
    }

    private static int mean(CellColors colors, int rowFrom, int rowTo, int columnFrom, int columnTo) {
        int red = 0;
        int green = 0;
        int blue = 0;
        int count = 0;
        for (int row = rowFrom; row < rowTo; row++) {
            for (int column = columnFrom; column < columnTo; column++) {
                int argb = colors.argb(row, column);
                if (argb != CellColors.EMPTY) {
                    red += argb >> 16 & 255;
                    green += argb >> 8 & 255;
                    blue += argb & 255;
                    count++;
                }
            }
        }
        return count == 0
                ? CellColors.EMPTY
                : 0xff000000 | rounded(red, count) << 16 | rounded(green, count) << 8 | rounded(blue, count);
    }

    private static int rounded(int sum, int count) {
        return (2 * sum + count) / (2 * count);
    }
}
