package io.github.residual4j.examples.cli;

import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.SessionFormat;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.render.figures.ResidualFigures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A folder of results: the numbers and every figure of one session. */
final class AnalysisFolder {
    private static final String NUMBERS = "analysis.json";

    private AnalysisFolder() {}

    /** Writes into a folder that is missing, empty, or holds earlier results or a session. */
    static void write(ResidualAnalyzer analyzer, Path folder) {
        checkOurs(folder);
        ResidualFigures.of(analyzer)
                .writeAll(folder, analyzer.session().tokens().size() - 1);
        analyzer.fullReport().writeJson(folder.resolve(NUMBERS));
    }

    private static void checkOurs(Path folder) {
        boolean session = Stream.of(SessionFormat.values()).anyMatch(f -> Files.exists(folder.resolve(f.fileName())));
        if (!Files.exists(folder) || Files.exists(folder.resolve(NUMBERS)) || session) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new BadFileException(folder, "is a file; the results need a folder.");
        }
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new BadFileException(
                        folder, "holds other files and no " + NUMBERS + "; choose an empty or a new folder.");
            }
        } catch (IOException | UncheckedIOException e) {
            throw new BadFileException(folder, "cannot be listed: " + e.getMessage(), e);
        }
    }
}
