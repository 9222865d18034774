package io.github.residual4j.capture.corpus;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Many texts: the lines of a file, a field of JSON lines, or the files of a folder. Blank texts are passed over. Nothing
 * is read until a {@link CorpusRun} reads it, one text at a time, so only the longest text has to fit in memory.
 */
public final class Corpus {
    private static final String USUAL_FIELD = "text";
    private static final Path STREAM = Path.of("standard input");

    private final TextSource source;

    private Corpus(TextSource source) {
        this.source = source;
    }

    /**
     * {@return what a path usually means: the files of a folder, the field {@code text} of a file whose name ends in
     * {@code .jsonl} or {@code .ndjson}, or the lines of another file}
     *
     * @param path a file or a folder
     * @throws BadFileException if there is none
     */
    public static Corpus of(Path path) {
        BadRequestException.requireGiven(path, "path");
        if (Files.isDirectory(path)) {
            return files(path);
        }
        String name = path.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".jsonl") || name.endsWith(".ndjson") ? jsonLines(path, USUAL_FIELD) : lines(path);
    }

    /**
     * {@return the lines of a file of UTF-8 text}
     *
     * @param file the file
     * @throws BadFileException if there is no such file
     */
    public static Corpus lines(Path file) {
        return new Corpus(new LineSource(existing(file), Optional.empty(), LineSource.WHOLE));
    }

    /**
     * {@return the lines of a stream of UTF-8 text, which one run reads to its end and closes} To go on with a run, the
     * same lines must come again.
     *
     * @param stream the stream, such as {@code System.in}
     */
    public static Corpus lines(InputStream stream) {
        BadRequestException.requireGiven(stream, "stream");
        return new Corpus(new LineSource(STREAM, Optional.of(stream), LineSource.WHOLE));
    }

    /**
     * {@return a field of each line of a file, which is a JSON object}
     *
     * @param file the file
     * @param field the field's name, such as {@code text}
     * @throws BadFileException if there is no such file
     */
    public static Corpus jsonLines(Path file, String field) {
        return new Corpus(new LineSource(existing(file), Optional.empty(), new JsonLine(named(field))));
    }

    /**
     * As {@link #jsonLines(Path, String)}, of a stream as {@link #lines(InputStream)} takes it.
     *
     * @param stream the stream
     * @param field the field's name
     * @return a field of each line
     */
    public static Corpus jsonLines(InputStream stream, String field) {
        BadRequestException.requireGiven(stream, "stream");
        return new Corpus(new LineSource(STREAM, Optional.of(stream), new JsonLine(named(field))));
    }

    /**
     * {@return the files of a folder and of the folders in it, each one text, in the order of their paths} Files and
     * folders whose name begins with a dot are left out.
     *
     * @param folder the folder
     * @throws BadFileException if there is no such folder
     */
    public static Corpus files(Path folder) {
        if (!Files.isDirectory(BadRequestException.requireGiven(folder, "folder"))) {
            throw new BadFileException(folder, "there is no such folder.");
        }
        return new Corpus(new FileSource(folder));
    }

    private static Path existing(Path file) {
        if (!Files.exists(BadRequestException.requireGiven(file, "file"))) {
            throw new BadFileException(file, "there is no such file.");
        }
        if (Files.isDirectory(file)) {
            throw new BadFileException(file, "is a folder; its files are read one by one, not by their lines.");
        }
        return file;
    }

    private static String named(String field) {
        if (BadRequestException.requireGiven(field, "field's name").isEmpty()) {
            throw new BadRequestException("The field's name is empty; give the one that holds the text.");
        }
        return field;
    }

    TextSource source() {
        return source;
    }

    @Override
    public String toString() {
        return source.kind();
    }
}
