package io.github.residual4j.examples.cli;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A text, or a file that holds it. */
class TextOptions {
    private static final String STANDARD_INPUT = "-";

    @Option(names = "--text", required = true, paramLabel = "TEXT", description = "The text the model reads.")
    private @Nullable String given;

    @Option(
            names = "--text-file",
            required = true,
            paramLabel = "FILE",
            description =
                    "A file in UTF-8 that holds the text, or - for standard input; a line break at its end is left out.")
    private @Nullable String file;

    /** The text; null where something else was given. */
    final @Nullable String text() {
        if (file != null && given == null) {
            given = withoutLastBreak(read(file)); // standard input can be read once
        }
        return given;
    }

    private static String read(String name) {
        Path path = Path.of(name);
        try {
            byte[] bytes = name.equals(STANDARD_INPUT) ? standardInput() : Files.readAllBytes(path);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new BadFileException(path, "is not text in UTF-8; save it in UTF-8.", e);
        } catch (IOException e) {
            throw new BadFileException(
                    path, Files.exists(path) ? "cannot be read: " + e.getMessage() + "." : "does not exist.", e);
        }
    }

    private static byte[] standardInput() throws IOException {
        InputStream in = System.in;
        byte[] bytes = in.readAllBytes();
        if (bytes.length == 0) {
            throw new BadRequestException("Standard input holds no text.");
        }
        return bytes;
    }

    private static String withoutLastBreak(String text) {
        return text.endsWith("\n") ? text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1)) : text;
    }
}
