package io.github.residual4j.internal.io;

import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A small GGUF file, version 3, of float32 vectors, as llama.cpp describes the format: a header, key and value pairs,
 * the tensors' names, shapes and places, and their values, each at a multiple of 32 bytes.
 *
 * @param texts what the file says about itself in words
 * @param numbers what it says in whole numbers
 * @param vectors its tensors of one axis, by name
 */
public record GgufFile(Map<String, String> texts, Map<String, Integer> numbers, Map<String, float[]> vectors) {
    private static final int MAGIC = 0x46554747; // "GGUF", read from the least byte on
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int UINT32 = 4;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int F32 = 0;
    /** How many bytes a value of each type takes; strings and arrays tell themselves. */
    private static final int[] SIZES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    private static final long LARGEST = 1L << 30;

    /** Writes it whole or not at all. */
    public void write(Path file) {
        StagedFile.replace(file, bytes());
    }

    private byte[] bytes() {
        int size = 64 + texts.size() * 64 + numbers.size() * 64;
        for (Map.Entry<String, String> text : texts.entrySet()) {
            size += 4 * (text.getKey().length() + text.getValue().length());
        }
        for (String key : numbers.keySet()) {
            size += 4 * key.length();
        }
        for (Map.Entry<String, float[]> vector : vectors.entrySet()) {
            size += 64 + 4 * vector.getKey().length() + 4 * vector.getValue().length + ALIGNMENT;
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(VERSION).putLong(vectors.size()).putLong(texts.size() + (long) numbers.size());
        texts.forEach((key, value) -> {
            put(out, key);
            out.putInt(STRING);
            put(out, value);
        });
        numbers.forEach((key, value) -> {
            put(out, key);
            out.putInt(UINT32).putInt(value);
        });
        long offset = 0;
        for (Map.Entry<String, float[]> vector : vectors.entrySet()) {
            put(out, vector.getKey());
            out.putInt(1).putLong(vector.getValue().length).putInt(F32).putLong(offset);
            offset += aligned(4L * vector.getValue().length);
        }
        for (float[] vector : vectors.values()) {
            out.position((int) aligned(out.position()));
            for (float value : vector) {
                out.putFloat(value);
            }
        }
        out.position((int) aligned(out.position()));
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private static long aligned(long position) {
        return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void put(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putLong(bytes.length).put(bytes);
    }

    /**
     * Reads a file of vectors.
     *
     * @throws BadFileException if it is missing or damaged, or holds tensors that are no float32 vectors
     */
    public static GgufFile read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new BadFileException(file, "it is larger than a file of control vectors is.");
            }
            return read(file, ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new BadFileException(file, "it cannot be read (" + StagedFile.reason(e) + ").", e);
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new BadFileException(file, "it is cut off or damaged.", e);
        }
    }

    private static GgufFile read(Path file, ByteBuffer in) {
        if (in.getInt() != MAGIC) {
            throw new BadFileException(file, "it does not begin as a GGUF file does.");
        }
        int version = in.getInt();
        if (version != 2 && version != VERSION) {
            throw new BadFileException(file, "it is of GGUF version " + version + "; versions 2 and 3 are read.");
        }
        long tensors = in.getLong();
        long pairs = in.getLong();
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (long i = 0; i < pairs; i++) {
            String key = string(in);
            int type = in.getInt();
            if (type == STRING) {
                texts.put(key, string(in));
            } else if (type == UINT32) {
                numbers.put(key, in.getInt());
            } else {
                skip(in, type);
            }
        }
        int alignment = numbers.getOrDefault("general.alignment", ALIGNMENT);
        Map<String, long[]> places = new LinkedHashMap<>(); // offset and length
        for (long i = 0; i < tensors; i++) {
            String name = string(in);
            int axes = in.getInt();
            long length = in.getLong();
            if (axes != 1) {
                throw new BadFileException(
                        file, "its tensor \"" + name + "\" has " + axes + " axes; a vector has one.");
            }
            int type = in.getInt();
            if (type != F32) {
                throw new BadFileException(
                        file, "its tensor \"" + name + "\" is of type " + type + "; float32, type 0, is read.");
            }
            places.put(name, new long[] {in.getLong(), length});
        }
        long begin = (in.position() + (long) alignment - 1) / alignment * alignment;
        Map<String, float[]> vectors = new LinkedHashMap<>();
        places.forEach((name, place) -> {
            float[] vector = new float[Math.toIntExact(Math.min(place[1], in.capacity()))];
            in.position(Math.toIntExact(begin + place[0])).asFloatBuffer().get(vector);
            vectors.put(name, vector);
        });
        return new GgufFile(texts, numbers, vectors);
    }

    private static String string(ByteBuffer in) {
        long length = in.getLong();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void skip(ByteBuffer in, int type) {
        if (type == STRING) {
            string(in);
        } else if (type == ARRAY) {
            int of = in.getInt();
            for (long left = in.getLong(); left > 0; left--) {
                skip(in, of);
            }
        } else {
            in.position(in.position() + SIZES[type]);
        }
    }
}
