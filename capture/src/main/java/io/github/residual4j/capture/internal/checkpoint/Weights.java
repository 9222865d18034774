package io.github.residual4j.capture.internal.checkpoint;

import io.github.residual4j.error.BadFileException;
import java.nio.FloatBuffer;

/** The weights of a GPT-2, under Hugging Face's names without the {@code transformer.} prefix. */
public interface Weights {
    /**
     * {@return a tensor as float32 in a direct buffer, at position 0}
     *
     * @param name such as {@code wte.weight} or {@code h.0.attn.c_attn.weight}
     * @param shape the shape it must have
     * @throws BadFileException if it is missing, has another shape, or cannot be read
     */
    FloatBuffer floats(String name, long... shape);

    /**
     * {@return the SHA-256 of the file that holds the weights, in lower-case hexadecimal; for several files, that of
     * the lines {@code sha256sum} prints for them in the order of their names} Computed at the first call, which reads
     * them all, unless the cache of a hub keeps them under it.
     */
    String sha256();
}
