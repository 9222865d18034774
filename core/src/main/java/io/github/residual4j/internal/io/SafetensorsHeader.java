package io.github.residual4j.internal.io;

import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonReader;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.text.Counted;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file, checked against the file's length: every array's bytes are as many as its type and
 * shape say, and the arrays fill the file without gap or overlap, as the format demands.
 */
record SafetensorsHeader(
        Map<String, String> metadata, Map<String, SafetensorsEntry> entries, long dataStart, long fileLength) {
    /** The format's own limit. */
    static final long MAX_LENGTH = 100_000_000;

    private static final Map<String, Integer> TYPE_BITS = Map.ofEntries(
            Map.entry("BOOL", 8),
            Map.entry("U8", 8),
            Map.entry("I8", 8),
            Map.entry("F4", 4),
            Map.entry("F6_E2M3", 6),
            Map.entry("F6_E3M2", 6),
            Map.entry("F8_E4M3", 8),
            Map.entry("F8_E5M2", 8),
            Map.entry("F8_E8M0", 8),
            Map.entry("I16", 16),
            Map.entry("U16", 16),
            Map.entry("F16", 16),
            Map.entry("BF16", 16),
            Map.entry("I32", 32),
            Map.entry("U32", 32),
            Map.entry("F32", 32),
            Map.entry("C64", 64),
            Map.entry("F64", 64),
            Map.entry("I64", 64),
            Map.entry("U64", 64));

    /**
     * Reads the header's length from the first eight bytes of a file.
     *
     * @param start the file's beginning, little-endian
     */
    static long checkLength(Path file, ByteBuffer start, long fileLength) {
        if (fileLength < 8) {
            throw new BadFileException(
                    file,
                    "the file has " + Counted.of(fileLength, "byte")
                            + "; a safetensors file begins with 8 that give the length of its header.");
        }
        long length = start.getLong();
        if (length < 0 || length > MAX_LENGTH) {
            throw new BadFileException(
                    file,
                    "the header claims to be " + Long.toUnsignedString(length)
                            + " bytes long, more than the format's limit of " + MAX_LENGTH
                            + "; this is not a safetensors file.");
        }
        if (length > fileLength - 8) {
            throw new BadFileException(
                    file,
                    "the header claims to be " + Counted.of(length, "byte") + " long but only " + (fileLength - 8)
                            + " follow; the file is cut off or not a safetensors file.");
        }
        return length;
    }

    /**
     * @param json the header
     * @param fileLength how many bytes the whole file has
     */
    static SafetensorsHeader parse(Path file, ByteBuffer json, long fileLength) {
        long dataStart = 8L + json.remaining();
        Map<String, String> metadata = new LinkedHashMap<>();
        Map<String, SafetensorsEntry> entries = new LinkedHashMap<>();
        try (JsonReader reader = new JsonReader(new StringReader(
                StandardCharsets.UTF_8.newDecoder().decode(json).toString()))) {
            reader.beginObject();
            while (reader.hasNext()) {
                String name = reader.nextName();
                if (name.equals("__metadata__")) {
                    readMetadata(reader, metadata);
                } else if (entries.putIfAbsent(name, readEntry(file, name, reader)) != null) {
                    throw new BadFileException(file, "the header lists tensor \"" + name + "\" twice.");
                }
            }
            reader.endObject();
        } catch (CharacterCodingException e) {
            throw new BadFileException(file, "the header is not UTF-8 text; this is not a safetensors file.", e);
        } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
            throw new BadFileException(
                    file, "the header is not the JSON of a safetensors file: " + JsonFault.of(e) + ".", e);
        }
        checkLayout(file, entries.values(), fileLength - dataStart);
        return new SafetensorsHeader(
                Collections.unmodifiableMap(metadata), Collections.unmodifiableMap(entries), dataStart, fileLength);
    }

    private static void readMetadata(JsonReader reader, Map<String, String> metadata) throws IOException {
        reader.beginObject();
        while (reader.hasNext()) {
            String key = reader.nextName();
            if (metadata.put(key, reader.nextString()) != null) {
                throw new IOException("__metadata__ says \"" + key + "\" twice");
            }
        }
        reader.endObject();
    }

    private static SafetensorsEntry readEntry(Path file, String name, JsonReader reader) throws IOException {
        String type = "";
        List<Long> shape = List.of();
        List<Long> offsets = List.of();
        reader.beginObject();
        while (reader.hasNext()) {
            switch (reader.nextName()) {
                case "dtype" -> type = reader.nextString();
                case "shape" -> shape = readNumbers(reader);
                case "data_offsets" -> offsets = readNumbers(reader);
                default -> reader.skipValue();
            }
        }
        reader.endObject();
        Integer bits = TYPE_BITS.get(type);
        if (bits == null) {
            throw new BadFileException(
                    file, "tensor \"" + name + "\" is of the type \"" + type + "\", which safetensors does not know.");
        }
        if (offsets.size() != 2) {
            throw new BadFileException(
                    file,
                    "tensor \"" + name + "\" needs two data_offsets, its first byte and its end, not " + offsets + ".");
        }
        long length = offsets.get(1) - offsets.get(0);
        if (offsets.get(0) < 0
                || length < 0
                || shape.stream().anyMatch(axis -> axis < 0)
                || byteLength(shape, bits) != length) {
            throw new BadFileException(
                    file,
                    "tensor \"" + name + "\" of type " + type + " and shape " + shape + " does not take the " + length
                            + " bytes its data_offsets " + offsets + " give it.");
        }
        return new SafetensorsEntry(name, type, shape, offsets.get(0), length);
    }

    private static List<Long> readNumbers(JsonReader reader) throws IOException {
        List<Long> numbers = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            numbers.add(reader.nextLong());
        }
        reader.endArray();
        return numbers;
    }

    /** The length a shape takes, or −1 when it is beyond counting or no whole number of bytes. */
    private static long byteLength(List<Long> shape, int bits) {
        try {
            long length = bits;
            for (long axis : shape) {
                length = Math.multiplyExact(length, axis);
            }
            return length % Byte.SIZE == 0 ? length / Byte.SIZE : -1;
        } catch (ArithmeticException e) {
            return -1;
        }
    }

    private static void checkLayout(Path file, Iterable<SafetensorsEntry> entries, long dataLength) {
        List<SafetensorsEntry> inOrder = new ArrayList<>();
        entries.forEach(inOrder::add);
        inOrder.sort(
                Comparator.comparingLong(SafetensorsEntry::offset).thenComparingLong(SafetensorsEntry::byteLength));
        long end = 0; // stays in the file, or the next array does not begin there
        for (SafetensorsEntry entry : inOrder) {
            if (entry.offset() != end) {
                throw new BadFileException(
                        file,
                        "tensor \"" + entry.name() + "\" begins at byte " + entry.offset() + " of the data, where "
                                + end + " is next; the header leaves gaps or overlaps.");
            }
            if (entry.byteLength() > dataLength - end) {
                throw new BadFileException(
                        file,
                        "tensor \"" + entry.name() + "\" ends at byte " + (end + entry.byteLength())
                                + " of the data but the file holds " + dataLength + "; it is cut off.");
            }
            end += entry.byteLength();
        }
        if (end != dataLength) {
            throw new BadFileException(
                    file,
                    "the header describes " + end + " bytes of data but the file holds " + dataLength
                            + "; it is followed by something else.");
        }
    }
}
