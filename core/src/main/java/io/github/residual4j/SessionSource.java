package io.github.residual4j;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.ArrayReader;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A file that holds a session, of whatever format. Every failure is a {@link BadFileException}. */
interface SessionSource extends Closeable {
    Path file();

    /** The arrays' names, in the file's order. */
    List<String> names();

    /** Reads an array. */
    <T> T read(String array, ArrayReader.Decoder<T> decoder);

    /** The names of the points, in their order, if the file holds them. */
    Optional<List<String>> layerNames();

    /** The session's configuration as JSON, if the file holds it. */
    Optional<String> config();

    @Override
    void close();
}
