package io.github.residual4j.render.panel;

import io.github.residual4j.error.BadRequestException;

/**
 * How a figure looks and how large it is.
 *
 * @param theme colours and lettering
 * @param width in pixels at scale 1
 * @param height in pixels at scale 1
 * @param scale how many pixels of an image stand for one of the size; 2 for dense displays
 */
public record Canvas(Theme theme, int width, int height, double scale) {
    private static final long MAX_PIXELS = 100_000_000;

    /**
     * Checks what it is given.
     *
     * @param theme colours and lettering
     * @param width in pixels at scale 1
     * @param height in pixels at scale 1
     * @param scale how many pixels of an image stand for one of the size; 2 for dense displays
     */
    public Canvas {
        if (width < 1 || height < 1 || !(scale > 0) || width * scale * height * scale > MAX_PIXELS) {
            throw new BadRequestException("A figure has a positive size of at most " + MAX_PIXELS / 1_000_000
                    + " million pixels, not " + width + " × " + height + " at scale " + scale + ".");
        }
    }
}
