package io.github.residual4j.capture.corpus;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder and of the folders in it, each one text, in the order of their paths. Those whose name begins
 * with a dot are left out.
 */
record FileSource(Path folder) implements TextSource {
    @Override
    public String kind() {
        return "files of a folder";
    }

    @Override
    public Optional<String> sha256() {
        ContentHash hash = new ContentHash();
        for (Path file : files()) {
            hash.add(relative(file)).add(file);
        }
        return Optional.of(hash.hex());
    }

    @Override
    public OptionalLong bytes() {
        long bytes = 0;
        for (Path file : files()) {
            bytes += size(file);
        }
        return OptionalLong.of(bytes);
    }

    @Override
    public boolean reads(Path file) {
        return file.toAbsolutePath()
                .normalize()
                .startsWith(folder.toAbsolutePath().normalize());
    }

    @Override
    public Reader open() {
        Iterator<Path> files = files().iterator();
        return new Reader() {
            private long bytesRead;

            @Override
            public @Nullable SourceText next() {
                if (!files.hasNext()) {
                    return null;
                }
                Path file = files.next();
                bytesRead += size(file);
                return new SourceText(TextFile.read(file), bytesRead);
            }

            @Override
            public void close() {
                // each file is closed once it is read
            }
        };
    }

    private List<Path> files() {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !isHidden(file))
                    .sorted(Comparator.comparing(this::relative))
                    .toList();
        } catch (IOException e) {
            throw LineSource.unreadable(folder, e);
        } catch (UncheckedIOException e) {
            throw LineSource.unreadable(folder, e.getCause());
        }
    }

    private boolean isHidden(Path file) {
        for (Path part : folder.relativize(file)) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private String relative(Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new BadFileException(file, "it cannot be read.", e);
        }
    }
}
