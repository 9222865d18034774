package io.github.residual4j.capture.checkpoint;

import io.github.residual4j.BadFileException;
import io.github.residual4j.store.SafetensorsEntry;
import io.github.residual4j.store.SafetensorsFile;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Weights in one safetensors file. */
final class SafetensorsWeights implements Weights {
    private final SafetensorsFile file;
    private @Nullable String sha256;

    SafetensorsWeights(SafetensorsFile file) {
        this.file = file;
    }

    @Override
    public FloatBuffer floats(String name, long... shape) {
        SafetensorsEntry entry = file.entries().get(name);
        if (entry == null) {
            throw new BadFileException(file.path(), "there is no tensor \"" + name + "\"; a GPT-2 has it.");
        }
        List<Long> expected = Arrays.stream(shape).boxed().toList();
        if (!entry.shape().equals(expected)) {
            throw new BadFileException(
                    file.path(),
                    "tensor \"" + name + "\" has the shape " + entry.shape() + "; config.json calls for " + expected
                            + ".");
        }
        return file.floats(name);
    }

    @Override
    public synchronized String sha256() {
        if (sha256 == null) {
            sha256 = file.sha256();
        }
        return sha256;
    }
}
