package io.github.residual4j.analysis;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.io.StagedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The answer to one question asked of a stream: its title, the view it was taken from, and its numbers. Immutable, equal
 * by content, number by number and bit by bit, and prints itself as a table. The same question asked of the same session
 * gives an equal answer, on whatever processor; see {@link io.github.residual4j.ResidualAnalyzer}.
 */
public abstract class AnalysisResult {
    private final String key;
    private final String title;
    private final View view;
    private final List<Measure> measures;

    /**
     * @param key its name in files
     * @param title what was asked, in words
     * @param view what it was asked of
     * @param measures the numbers
     */
    AnalysisResult(String key, String title, View view, List<Measure> measures) {
        this.key = key;
        this.title = title;
        this.view = view;
        this.measures = List.copyOf(measures);
    }

    /** {@return its name in JSON and in the names of CSV files} */
    public final String key() {
        return key;
    }

    /** {@return what was asked, in words} */
    public final String title() {
        return title;
    }

    /** {@return what it was asked of} */
    public final View view() {
        return view;
    }

    /** {@return all its numbers, each with name, unit and labelled axes} */
    public final List<Measure> measures() {
        return measures;
    }

    /**
     * {@return one of its measures}
     *
     * @param name the measure's name
     * @throws BadRequestException if none has the name
     */
    public final Measure measure(String name) {
        return measures.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadRequestException("\"" + key + "\" has no measure \"" + name + "\"; it has "
                        + measures.stream().map(Measure::name).toList() + "."));
    }

    /**
     * Writes all numbers as CSV files into a folder: one file for each set of axes, a row for each place along them. A
     * file is named after {@link #key()}, with its first measure's name added where there are several.
     *
     * @param folder where to, made when missing
     * @return the files written
     * @throws BadFileException if one cannot be written
     */
    public final List<Path> writeCsv(Path folder) {
        Map<List<Axis>, List<Measure>> tables = new LinkedHashMap<>();
        measures.forEach(
                m -> tables.computeIfAbsent(m.axes(), a -> new ArrayList<>()).add(m));
        List<Path> files = new ArrayList<>();
        tables.forEach((axes, columns) -> {
            String name = tables.size() == 1 ? key : key + "." + columns.get(0).name();
            Path file = folder.resolve(name + ".csv");
            StagedFile.replace(file, CsvText.of(columns));
            files.add(file);
        });
        return files;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof AnalysisResult that
                && getClass() == that.getClass()
                && title.equals(that.title)
                && view.equals(that.view)
                && measures.equals(that.measures);
    }

    @Override
    public final int hashCode() {
        return Objects.hash(title, view, measures);
    }

    @Override
    public final String toString() {
        return title + " (" + view + ")\n" + TableText.of(measures);
    }
}
