package io.github.residual4j.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedFileTest {
    @TempDir
    private Path folder;

    @Test
    void aReaderNeverSeesPartOfAFile() throws IOException, InterruptedException {
        Path file = folder.resolve("figure.png");
        byte[] content = new byte[2_000_000];
        StagedFile.replace(file, content);
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            for (int i = 0; i < 60; i++) {
                StagedFile.replace(file, content);
            }
            done.set(true);
        });
        writer.start();
        while (!done.get()) {
            assertThat(Files.size(file)).isEqualTo(content.length);
        }
        writer.join();
        assertOnlyIn(folder, "figure.png");
    }

    private static void assertOnlyIn(Path directory, String name) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactly(name);
        }
    }

    @Test
    void missingFoldersAreMade() {
        Path file = folder.resolve("a/b/figure.png");
        StagedFile.replace(file, new byte[] {1, 2});
        assertThat(file).hasBinaryContent(new byte[] {1, 2});
    }

    @Test
    void aFolderCannotBeReplaced() throws IOException {
        Files.createDirectory(folder.resolve("figures"));
        assertThatThrownBy(() -> StagedFile.replace(folder.resolve("figures"), new byte[1]))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("figures");
        assertOnlyIn(folder, "figures");
    }
}
