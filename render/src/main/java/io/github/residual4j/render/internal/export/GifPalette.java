package io.github.residual4j.render.internal.export;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** At most 256 colours for all frames: the most frequent ones; the rest take the nearest of them. */
final class GifPalette {
    private static final int SIZE = 256;

    private final int[] colors;
    private final Map<Integer, Byte> indexOf = new HashMap<>();

    private GifPalette(int[] colors) {
        this.colors = colors;
        for (int i = 0; i < colors.length; i++) {
            indexOf.put(colors[i], (byte) i);
        }
    }

    static GifPalette of(List<BufferedImage> frames) {
        Map<Integer, int[]> counts = new HashMap<>();
        for (BufferedImage frame : frames) {
            int[] pixels = Gif.pixels(frame);
            int from = 0;
            for (int i = 1; i <= pixels.length; i++) {
                if (i == pixels.length || pixels[i] != pixels[from]) {
                    counts.computeIfAbsent(pixels[from] & 0xffffff, c -> new int[1])[0] += i - from;
                    from = i;
                }
            }
        }
        List<Map.Entry<Integer, int[]>> byCount = new ArrayList<>(counts.entrySet());
        byCount.sort(Comparator.<Map.Entry<Integer, int[]>>comparingInt(e -> -e.getValue()[0])
                .thenComparing(Map.Entry::getKey));
        return new GifPalette(
                byCount.stream().limit(SIZE).mapToInt(Map.Entry::getKey).toArray());
    }

    IndexColorModel colorModel() {
        byte[][] channels = new byte[3][SIZE];
        for (int i = 0; i < colors.length; i++) {
            channels[0][i] = (byte) (colors[i] >> 16);
            channels[1][i] = (byte) (colors[i] >> 8);
            channels[2][i] = (byte) colors[i];
        }
        return new IndexColorModel(8, SIZE, channels[0], channels[1], channels[2]);
    }

    /** Writes the indices of a rectangle of an image, row by row. */
    void index(int[] pixels, int width, Rectangle part, byte[] out) {
        int last = -1;
        byte index = 0;
        int to = 0;
        for (int y = part.y; y < part.y + part.height; y++) {
            for (int x = part.x; x < part.x + part.width; x++) {
                int color = pixels[y * width + x] & 0xffffff;
                if (color != last) {
                    index = indexOf.computeIfAbsent(color, this::nearest);
                    last = color;
                }
                out[to++] = index;
            }
        }
    }

    private byte nearest(int color) {
        int best = 0;
        int bestDistance = Integer.MAX_VALUE;
        for (int i = 0; i < colors.length; i++) {
            int red = (colors[i] >> 16) - (color >> 16);
            int green = (colors[i] >> 8 & 255) - (color >> 8 & 255);
            int blue = (colors[i] & 255) - (color & 255);
            int distance = 2 * red * red + 4 * green * green + 3 * blue * blue;
            if (distance < bestDistance) {
                best = i;
                bestDistance = distance;
            }
        }
        return (byte) best;
    }
}
