package io.github.residual4j.internal.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads strings of one length each, which NumPy pads with NUL: so none ends with it. */
final class ArrayStrings {
    private static final int CHUNK = 1 << 14;

    private final ArrayBytes bytes;
    private final int length; // bytes or code points of a string, padding included

    private ArrayStrings(ArrayBytes bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    /** Strings of bytes that are UTF-8, the only one or those along one axis. */
    static List<String> utf8(ArrayBytes bytes, int length) throws IOException {
        int count = bytes.shape().isEmpty() ? 1 : bytes.oneAxis(length);
        ArrayStrings strings = new ArrayStrings(bytes, length);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(strings.nextUtf8());
        }
        return values;
    }

    /** Strings of code points of four bytes each, the only one or those along one axis. */
    static List<String> codePoints(ArrayBytes bytes, int length) throws IOException {
        int count = bytes.shape().isEmpty() ? 1 : bytes.oneAxis(4L * length);
        ArrayStrings strings = new ArrayStrings(bytes, length);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(strings.nextCodePoints());
        }
        return values;
    }

    private String nextUtf8() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int done = 0; done < length; done += CHUNK) {
            ByteBuffer piece = bytes.next(Math.min(CHUNK, length - done), 1);
            while (piece.hasRemaining()) {
                all.write(piece.get());
            }
        }
        byte[] padded = all.toByteArray();
        int end = padded.length;
        while (end > 0 && padded[end - 1] == 0) {
            end--;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(padded, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("it holds a string of bytes that is not UTF-8", e);
        }
    }

    private String nextCodePoints() throws IOException {
        StringBuilder text = new StringBuilder();
        int end = 0;
        for (int done = 0; done < length; done += CHUNK) {
            ByteBuffer piece = bytes.next(Math.min(CHUNK, length - done), 4);
            while (piece.hasRemaining()) {
                int codePoint = piece.getInt();
                if (!Character.isValidCodePoint(codePoint)) {
                    throw new IOException(
                            "it holds " + Integer.toUnsignedString(codePoint) + ", which is no character");
                }
                text.appendCodePoint(codePoint);
                end = codePoint == 0 ? end : text.length();
            }
        }
        return text.substring(0, end);
    }
}
