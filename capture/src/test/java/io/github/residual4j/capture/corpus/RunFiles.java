package io.github.residual4j.capture.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a run leaves in its folder. */
final class RunFiles {
    private RunFiles() {}

    /** The bytes of every file, by its path in the folder. */
    static Map<String, byte[]> of(Path folder) {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    static void assertSame(Path actual, Path expected) {
        Map<String, byte[]> mine = of(actual);
        Map<String, byte[]> theirs = of(expected);
        assertThat(mine.keySet()).isEqualTo(theirs.keySet());
        theirs.forEach((name, bytes) -> assertThat(mine.get(name)).as(name).isEqualTo(bytes));
    }
}
