package io.github.residual4j.internal.io;

import java.util.List;

/**
 * One array of a safetensors file.
 *
 * @param name its name
 * @param type its element type as the file spells it: {@code F32}, {@code F16}, {@code BF16}, {@code I64}, …
 * @param shape the length of each axis; no axis is a single value
 * @param offset where its bytes begin, counted from the end of the header
 * @param byteLength how many bytes it takes
 */
public record SafetensorsEntry(String name, String type, List<Long> shape, long offset, long byteLength) {
    /**
     * Copies the shape.
     *
     * @param name its name
     * @param type its element type as the file spells it: {@code F32}, {@code F16}, {@code BF16}, {@code I64}, …
     * @param shape the length of each axis; no axis is a single value
     * @param offset where its bytes begin, counted from the end of the header
     * @param byteLength how many bytes it takes
     */
    public SafetensorsEntry {
        shape = List.copyOf(shape);
    }
}
