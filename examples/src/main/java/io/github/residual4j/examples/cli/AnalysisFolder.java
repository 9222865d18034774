package io.github.residual4j.examples.cli;

import io.github.residual4j.ResidualAnalyzer;
import io.github.residual4j.SessionFormat;
import io.github.residual4j.analysis.AnalysisResult;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.render.figures.ResidualFigures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of results: the numbers and every figure of one session. The numbers are written first and mark the folder as
 * ours; each file is there whole or not at all, so a run that was interrupted leaves a folder that the next one fills.
 */
final class AnalysisFolder {
    private static final String NUMBERS = "analysis.json";

    /** What a run writes: a folder that holds nothing else is a run's that was interrupted. */
    static final Set<String> FILES = Set.of(
            NUMBERS,
            "alignment.png",
            "attention-patterns.png",
            "cosine-consecutive.png",
            "cosine-ends.png",
            "cosine-points.png",
            "grid.png",
            "head-scores.png",
            "index.html",
            "layers.gif",
            "layers.html",
            "magnitudes.png",
            "norms.png",
            "outliers.png",
            "principal-components.png",
            "similarity.png",
            "spectra.png",
            "statistics.png",
            "updates.png");

    /** Names under which files are written before they get their own. */
    private static final Pattern UNFINISHED =
            Pattern.compile("(?:\\.(.+)\\.[^.]+\\.residual4j-tmp|(.+)\\.[0-9a-f]+\\.part)");

    private AnalysisFolder() {}

    /**
     * Writes into a folder that is missing, empty, or holds earlier results or a session.
     *
     * @param further what only a model tells, to stand beside the analyses
     * @param look of the figures
     */
    static void write(ResidualAnalyzer analyzer, List<AnalysisResult> further, Look look, Path folder) {
        checkOurs(folder);
        make(folder);
        removeUnfinished(folder);
        analyzer.fullReport().with(further).writeJson(folder.resolve(NUMBERS));
        List<Path> figures = look.applyTo(ResidualFigures.of(analyzer))
                .writeAll(folder, analyzer.session().tokens().size() - 1)
                .files();
        for (String name : FILES) { // a figure of the session before, which this one has not
            Path file = folder.resolve(name);
            if (!name.equals(NUMBERS) && !figures.contains(file)) {
                delete(file);
            }
        }
    }

    private static void checkOurs(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BadFileException(folder, "is a file; the results need a folder.");
        }
        boolean session = Stream.of(SessionFormat.values()).anyMatch(f -> Files.exists(folder.resolve(f.fileName())));
        if (!Files.exists(folder) || Files.exists(folder.resolve(NUMBERS)) || session) {
            return;
        }
        for (Path file : files(folder)) {
            String name = file.getFileName().toString();
            if (!FILES.contains(name) && !isUnfinished(name)) {
                throw new BadFileException(
                        folder, "holds \"" + name + "\" and no " + NUMBERS + "; choose an empty or a new folder.");
            }
        }
    }

    private static boolean isUnfinished(String name) {
        var matcher = UNFINISHED.matcher(name);
        return matcher.matches() && FILES.contains(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }

    private static void make(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BadFileException(folder, "cannot be made (" + e + "); choose another folder.", e);
        }
    }

    /** Removes what a run that was interrupted had not finished. */
    private static void removeUnfinished(Path folder) {
        for (Path file : files(folder)) {
            if (isUnfinished(file.getFileName().toString()) && file.toString().endsWith(".part")) {
                delete(file);
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new BadFileException(file, "cannot be removed (" + e + ").", e);
        }
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw new BadFileException(folder, "cannot be listed: " + e.getMessage() + ".", e);
        }
    }
}
