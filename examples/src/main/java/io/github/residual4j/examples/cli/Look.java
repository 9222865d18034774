package io.github.residual4j.examples.cli;

import io.github.residual4j.render.color.Palette;
import io.github.residual4j.render.figures.CorpusFigures;
import io.github.residual4j.render.figures.ResidualFigures;
import io.github.residual4j.render.panel.Theme;
import picocli.CommandLine.Option;

/** How figures look. */
final class Look {
    /** The themes by their names on the command line. */
    enum ThemeName {
        light(Theme.LIGHT),
        dark(Theme.DARK),
        print(Theme.PRINT);

        private final Theme theme;

        ThemeName(Theme theme) {
            this.theme = theme;
        }
    }

    /** The palettes by their names on the command line. */
    enum PaletteName {
        standard(Palette.STANDARD),
        notebook(Palette.NOTEBOOK);

        private final Palette palette;

        PaletteName(Palette palette) {
            this.palette = palette;
        }
    }

    @Option(
            names = "--theme",
            paramLabel = "NAME",
            defaultValue = "light",
            description = "How figures look: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ThemeName theme = ThemeName.light;

    @Option(
            names = "--colors",
            paramLabel = "NAME",
            defaultValue = "standard",
            description = "The colours of heatmaps: ${COMPLETION-CANDIDATES}, whose ranges are fixed"
                    + " (default: ${DEFAULT-VALUE}).")
    private PaletteName colors = PaletteName.standard;

    Theme theme() {
        return theme.theme;
    }

    Palette palette() {
        return colors.palette;
    }

    /** The figures as they were asked for. */
    ResidualFigures applyTo(ResidualFigures figures) {
        ResidualFigures themed = figures.theme(theme.theme);
        return colors == PaletteName.standard ? themed : themed.colors(colors.palette);
    }

    /** The figures as they were asked for. */
    CorpusFigures applyTo(CorpusFigures figures) {
        CorpusFigures themed = figures.theme(theme.theme);
        return colors == PaletteName.standard ? themed : themed.colors(colors.palette);
    }
}
