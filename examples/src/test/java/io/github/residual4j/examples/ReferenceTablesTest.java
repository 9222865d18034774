package io.github.residual4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.residual4j.error.ResidualException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the tables of errors, settings and weights to what they list. */
class ReferenceTablesTest {
    private static final Pattern PROPERTY = Pattern.compile("_?(?:PROPERTY|PARAMETER) = \"(residual4j\\.[a-z.]+)\"");

    @Test
    void errorsAreThoseThatTheLibraryThrows() throws IOException {
        assertThat(firstCells("core/README.md", "## Errors"))
                .containsExactlyInAnyOrderElementsOf(names(ResidualException.class));
    }

    /** The classes that may extend one, and those that may extend them. */
    private static List<String> names(Class<?> sealed) {
        List<String> names = new ArrayList<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            names.add(permitted.getSimpleName());
            if (permitted.isSealed()) {
                names.addAll(names(permitted));
            }
        }
        return names;
    }

    @Test
    void settingsAreThoseThatTheLibraryReads() throws IOException {
        List<String> read = new ArrayList<>(List.of("residual4j.kernels.after")); // which is made of another's name
        for (String module : List.of("core", "capture", "render")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    read.addAll(all(PROPERTY, Files.readString(file)));
                }
            }
        }
        assertThat(firstCells("core/README.md", "## Settings"))
                .filteredOn(name -> name.startsWith("residual4j."))
                .containsExactlyInAnyOrderElementsOf(read);
    }

    @Test
    void weightsAreThoseOfTheJars() throws IOException {
        List<String> rows = rows("examples/README.md", "### What comes along");
        assertThat(rows).hasSizeGreaterThan(8);
        for (String row : rows) {
            String[] cells = row.split("\\|");
            String jar = cells[1].strip().replace("`", "");
            assertThat(megabytes(jar))
                    .as(jar)
                    .isCloseTo(Double.parseDouble(cells[2].replace("MB", "").strip()), within(0.06));
        }
    }

    private static double megabytes(String artifact) throws IOException {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path file = Path.of(entry);
            if (file.getFileName().toString().matches(artifact + "-[0-9].*\\.jar")) {
                return Files.size(file) / 1e6;
            }
        }
        throw new AssertionError(artifact + " is not on the class path");
    }

    private static List<String> firstCells(String page, String heading) throws IOException {
        return rows(page, heading).stream()
                .flatMap(row -> all(Pattern.compile("`([^`]+)`"), row.split("\\|")[1]).stream())
                .toList();
    }

    /** The rows of the first table under a heading. */
    private static List<String> rows(String page, String heading) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("..", page));
        int from = lines.indexOf(heading);
        assertThat(from).as(heading).isPositive();
        return lines.stream()
                .skip(from)
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .toList();
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult m) -> m.group(1))
                .toList();
    }
}
