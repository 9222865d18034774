package io.github.residual4j.internal.io;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes named arrays as a safetensors file. Arrays of wide values come first, as in the format's reference
 * implementation, and the header is padded with spaces, so that every value lies at a multiple of its size. The same
 * arrays give the same bytes. Values are streamed out when the file is saved; until then they must not change.
 *
 * @see SafetensorsFile
 */
public final class SafetensorsWriter {
    private static final String METADATA = "__metadata__";
    private static final int ALIGNMENT = 8;

    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, StoredArray> arrays = new LinkedHashMap<>();

    /**
     * Adds what the file says about itself.
     *
     * @param key what is told
     * @param value what is said about it
     * @return this writer
     * @throws BadRequestException if the key was given before, or key or value is no Unicode text
     */
    public SafetensorsWriter metadata(String key, String value) {
        requireText(key);
        requireText(value);
        if (metadata.putIfAbsent(key, value) != null) {
            throw new BadRequestException("The metadata \"" + key + "\" was given twice.");
        }
        return this;
    }

    /**
     * Adds floating-point numbers.
     *
     * @param name the array's name
     * @param type how they are kept; they are rounded to its nearest value, ties to the even one
     * @param values the values row by row
     * @param shape the length of each axis; no axis is a single value
     * @return this writer
     * @throws BadRequestException if the name was given before or cannot be kept, the shape does not fit the values, or
     *     a finite value is beyond the type's range
     */
    public SafetensorsWriter floats(String name, FloatType type, FloatBuffer values, int... shape) {
        for (int i = values.position(); i < values.limit(); i++) {
            if (type.overflows(values.get(i))) {
                throw new BadRequestException("Array \"" + name + "\" holds " + values.get(i) + ", which " + type
                        + " cannot; keep it as " + FloatType.F32 + ".");
            }
        }
        return put(name, StoredArray.floats(type, axes(shape), List.of(values.duplicate())), values.remaining());
    }

    /**
     * Adds int64 numbers.
     *
     * @param name the array's name
     * @param values the values row by row
     * @param shape the length of each axis; no axis is a single value
     * @return this writer
     * @throws BadRequestException if the name was given before or cannot be kept, or the shape does not fit the values
     */
    public SafetensorsWriter longs(String name, long[] values, int... shape) {
        return put(name, StoredArray.longs(axes(shape), values), values.length);
    }

    private SafetensorsWriter put(String name, StoredArray array, int count) {
        BigInteger product =
                array.shape().stream().map(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply);
        if (array.shape().stream().anyMatch(axis -> axis < 0) || !product.equals(BigInteger.valueOf(count))) {
            throw new BadRequestException("Array \"" + name + "\" has " + count
                    + " values, which do not fill its shape " + array.shape() + ".");
        }
        return put(name, array);
    }

    public SafetensorsWriter put(String name, StoredArray array) {
        requireText(name);
        if (name.equals(METADATA)) {
            throw new BadRequestException(
                    "An array cannot be named \"" + METADATA + "\"; the format uses that name itself.");
        }
        if (arrays.putIfAbsent(name, array) != null) {
            throw new BadRequestException("Array \"" + name + "\" was given twice.");
        }
        return this;
    }

    private static List<Integer> axes(int[] shape) {
        return IntStream.of(shape).boxed().toList();
    }

    private static void requireText(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new BadRequestException(
                    "\"" + text + "\" holds half a surrogate pair, which a safetensors file cannot keep.");
        }
    }

    /**
     * Writes the file, whole or not at all.
     *
     * @param file where to
     * @throws BadRequestException if the header would be longer than the 100 MB that the format allows
     * @throws BadFileException if it cannot be written
     */
    public void save(Path file) {
        try (StagedFile stage = StagedFile.write(file, this::writeTo)) {
            stage.publish();
        } catch (IOException e) {
            throw new BadFileException(file, "it cannot be written (" + StagedFile.reason(e) + ").", e);
        }
    }

    public void writeTo(OutputStream out) throws IOException {
        List<Map.Entry<String, StoredArray>> ordered = new ArrayList<>(arrays.entrySet());
        ordered.sort(Comparator.comparing(e -> -e.getValue().valueBytes()));
        byte[] json = header(ordered).toString().getBytes(StandardCharsets.UTF_8);
        int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (length > SafetensorsHeader.MAX_LENGTH) {
            throw new BadRequestException("The names, shapes and metadata of this file take " + length
                    + " bytes; the safetensors format allows " + SafetensorsHeader.MAX_LENGTH + ".");
        }
        out.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array());
        out.write(json);
        out.write(" ".repeat(length - json.length).getBytes(StandardCharsets.US_ASCII));
        for (Map.Entry<String, StoredArray> array : ordered) {
            array.getValue().values().writeTo(out);
        }
    }

    private JsonObject header(List<Map.Entry<String, StoredArray>> ordered) {
        JsonObject header = new JsonObject();
        if (!metadata.isEmpty()) {
            JsonObject texts = new JsonObject();
            metadata.forEach(texts::addProperty);
            header.add(METADATA, texts);
        }
        long offset = 0;
        for (Map.Entry<String, StoredArray> array : ordered) {
            JsonObject entry = new JsonObject();
            entry.addProperty("dtype", array.getValue().safetensorsType());
            JsonArray shape = new JsonArray();
            array.getValue().shape().forEach(shape::add);
            entry.add("shape", shape);
            JsonArray offsets = new JsonArray();
            offsets.add(offset);
            offset += array.getValue().byteLength();
            offsets.add(offset);
            entry.add("data_offsets", offsets);
            header.add(array.getKey(), entry);
        }
        return header;
    }
}
