package io.github.residual4j.examples.cli;

import io.github.residual4j.render.color.Palette;
import picocli.CommandLine.Option;

/** What heatmaps are coloured in. */
final class ColorOptions {
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
            names = "--colors",
            paramLabel = "NAME",
            defaultValue = "standard",
            description = "The colours of heatmaps: ${COMPLETION-CANDIDATES}, whose ranges are fixed"
                    + " (default: ${DEFAULT-VALUE}).")
    private PaletteName name = PaletteName.standard;

    Palette palette() {
        return name.palette;
    }
}
