package io.github.residual4j.internal.io;

import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads files of text. There is one rule for all of them: UTF-8, with a byte-order mark or without; or UTF-16 or UTF-32,
 * which Windows writes, told by their mark or by the zero bytes of an ASCII character at the beginning.
 */
public final class TextFile {
    private static final int MARK = 0xFEFF;

    private TextFile() {}

    /**
     * Reads a file.
     *
     * @return its text, without a byte-order mark
     * @throws BadFileException if it is missing, cannot be read, is no text, or something known to be another kind of
     *     file
     */
    public static String read(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new BadFileException(file, "there is no such file.", e);
        } catch (IOException e) {
            throw new BadFileException(file, "the file cannot be read: " + StagedFile.reason(e) + ".", e);
        }
        if (bytes.length > 0) {
            MistakenFile.explain(file).ifPresent(reason -> {
                throw new BadFileException(file, reason);
            });
        }
        Charset charset = charset(bytes);
        String text;
        try {
            text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new BadFileException(
                    file, "the file is not " + charset + " text" + place(bytes, charset) + "; save it as UTF-8.", e);
        }
        return withoutMark(text);
    }

    /** The characters of a file's beginning, whatever it is. */
    static String lenient(byte[] start) {
        return withoutMark(new String(start, charset(start)));
    }

    private static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
    }

    private static Charset charset(byte[] bytes) {
        int[] b = new int[4];
        for (int i = 0; i < 4; i++) {
            b[i] = i < bytes.length ? Byte.toUnsignedInt(bytes[i]) : 0xFF;
        }
        int start = b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
        if (start == MARK || start >>> 8 == 0 && b[3] != 0) {
            return Charset.forName("UTF-32BE");
        }
        if (start == 0xFFFE0000 || (start & 0xFFFFFF) == 0 && b[0] != 0) {
            return Charset.forName("UTF-32LE");
        }
        if (start >>> 16 == MARK || b[0] == 0 && b[1] != 0) {
            return StandardCharsets.UTF_16BE;
        }
        if (start >>> 16 == 0xFFFE || b[0] != 0 && b[1] == 0) {
            return StandardCharsets.UTF_16LE;
        }
        return StandardCharsets.UTF_8;
    }

    /** Where a byte is that the charset does not have. */
    private static String place(byte[] bytes, Charset charset) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = charset.newDecoder().decode(in, out, true);
        return Optional.of(in.position())
                .filter(at -> result.isError() && at < bytes.length)
                .map(at -> String.format(" (byte 0x%02x at %d, in line %d)", bytes[at], at, line(out.flip())))
                .orElse("");
    }

    private static long line(CharBuffer before) {
        return before.chars().filter(c -> c == '\n').count() + 1;
    }
}
