package io.github.residual4j.examples.cli;

import io.github.residual4j.analysis.PatchingSweep;
import io.github.residual4j.render.figures.ExperimentFigures;
import java.io.PrintWriter;
import java.nio.file.Path;

/** The folder that a sweep's numbers and picture go to. */
final class SweepFolder {
    private final Path folder;

    SweepFolder(Path folder) {
        this.folder = folder;
    }

    /** Writes {@code NAME.json} and {@code NAME.png}, and tells on the terminal what stands there. */
    void write(PatchingSweep sweep, String name, Look look, PrintWriter terminal) {
        sweep.writeJson(folder.resolve(name + ".json"));
        ExperimentFigures.of(sweep, look.theme(), look.palette()).writePng(folder.resolve(name + ".png"));
        terminal.println(sweep);
        terminal.println("written to " + folder);
    }
}
