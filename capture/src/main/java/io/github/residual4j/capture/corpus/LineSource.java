package io.github.residual4j.capture.corpus;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.StagedFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file, or of a stream that is read once.
 *
 * @param name the file, or what error messages call the stream
 * @param stream what is read in place of the file
 * @param line what makes a text of a line
 */
record LineSource(Path name, Optional<InputStream> stream, LineText line) implements TextSource {
    /** What makes a text of a line. */
    interface LineText {
        /** How, in words. */
        String kind();

        /**
         * The text of a line.
         *
         * @param number the line's, counted from 1
         * @throws BadFileException if it has none
         */
        String of(Path name, long number, String line);
    }

    /** A line as it is. */
    static final LineText WHOLE = new LineText() {
        @Override
        public String kind() {
            return "lines";
        }

        @Override
        public String of(Path name, long number, String line) {
            return line;
        }
    };

    @Override
    public String kind() {
        return line.kind() + (stream.isPresent() ? " of a stream" : " of a file");
    }

    @Override
    public Optional<String> sha256() {
        return stream.isPresent()
                ? Optional.empty()
                : Optional.of(new ContentHash().add(name).hex());
    }

    @Override
    public OptionalLong bytes() {
        if (stream.isPresent()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Files.size(name));
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    @Override
    public boolean reads(Path file) {
        return stream.isEmpty()
                && file.toAbsolutePath()
                        .normalize()
                        .equals(name.toAbsolutePath().normalize());
    }

    @Override
    public Reader open() {
        try {
            InputStream in = stream.isPresent() ? stream.get() : Files.newInputStream(name);
            LineReader lines = new LineReader(name, new BufferedInputStream(in, 1 << 16));
            return new Reader() {
                @Override
                public @Nullable SourceText next() {
                    String read = lines.next();
                    return read == null
                            ? null
                            : new SourceText(
                                    read.isBlank() ? "" : line.of(name, lines.number(), read), lines.bytesRead());
                }

                @Override
                public void close() {
                    lines.close();
                }
            };
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    static BadFileException unreadable(Path file, IOException e) {
        return e instanceof NoSuchFileException
                ? new BadFileException(file, "there is no such file.", e)
                : new BadFileException(file, "it cannot be read: " + StagedFile.reason(e) + ".", e);
    }
}
