package io.github.residual4j.capture.corpus;

import io.github.residual4j.error.BadFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads lines of UTF-8 text and counts their bytes. */
final class LineReader implements AutoCloseable {
    private static final char MARK = '\uFEFF';

    private final Path name;
    private final InputStream in;
    private long number;
    private long bytesRead;

    /** @param name what error messages call it */
    LineReader(Path name, InputStream in) {
        this.name = name;
        this.in = in;
    }

    /**
     * The next line without its end, or null when there is no more.
     *
     * @throws BadFileException if it cannot be read or is not UTF-8
     */
    @Nullable
    String next() {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        try {
            int read = in.read();
            if (read < 0) {
                return null;
            }
            while (read >= 0 && read != '\n') {
                line.write(read);
                read = in.read();
            }
            bytesRead += line.size() + (read < 0 ? 0 : 1);
        } catch (IOException e) {
            throw LineSource.unreadable(name, e);
        }
        number++;
        String text = decode(line.toByteArray());
        text = number == 1 && !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private String decode(byte[] line) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadFileException(name, "line " + number + " is not UTF-8 text; save the file as UTF-8.", e);
        }
    }

    /** The number of the line that was read last, counted from 1. */
    long number() {
        return number;
    }

    /** How many bytes have been read. */
    long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw LineSource.unreadable(name, e);
        }
    }
}
