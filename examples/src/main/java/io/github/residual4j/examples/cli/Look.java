package io.github.residual4j.examples.cli;

import io.github.residual4j.render.color.Palette;
import io.github.residual4j.render.figures.CorpusFigures;
import io.github.residual4j.render.figures.ResidualFigures;
import io.github.residual4j.render.panel.Theme;
import picocli.CommandLine.Mixin;
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

    @Option(
            names = "--theme",
            paramLabel = "NAME",
            defaultValue = "light",
            description = "How figures look: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ThemeName theme = ThemeName.light;

    @Mixin
    private ColorOptions colors = new ColorOptions();

    Theme theme() {
        return theme.theme;
    }

    Palette palette() {
        return colors.palette();
    }

    /** The figures as they were asked for. */
    ResidualFigures applyTo(ResidualFigures figures) {
        return figures.theme(theme()).colors(palette());
    }

    /** The figures as they were asked for. */
    CorpusFigures applyTo(CorpusFigures figures) {
        return figures.theme(theme()).colors(palette());
    }
}
