package io.github.residual4j.render.figures;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.render.color.Palette;
import io.github.residual4j.render.panel.Theme;

/**
 * What ready figures are drawn in.
 *
 * @param theme as it was asked for
 * @param palette where it is not the standard one, it prevails over a colormap of the theme's own
 */
record Style(Theme theme, Palette palette) {
    static final Style STANDARD = new Style(Theme.LIGHT, Palette.STANDARD);

    Style {
        BadRequestException.requireGiven(theme, "theme");
        BadRequestException.requireGiven(palette, "palette");
    }

    Style theme(Theme newTheme) {
        return new Style(newTheme, palette);
    }

    Style colors(Palette newPalette) {
        return new Style(theme, newPalette);
    }

    /** The theme of the figures themselves. */
    Theme shownTheme() {
        return palette.equals(Palette.STANDARD) ? theme : theme.withoutColormap();
    }

    Scales scales() {
        return new Scales(palette);
    }
}
