package io.github.residual4j.internal.io;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.hook.FloatTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One array in a file of its own, as NumPy's {@code save} writes it. */
public final class NpyFile {
    private NpyFile() {}

    /**
     * Reads an array of floating-point numbers.
     *
     * @throws BadFileException if it is missing, damaged, or holds other values
     */
    public static FloatTensor read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            ArrayReader array = ArrayReader.npy(ByteSource.streamed(in), Files.size(file));
            array.requireFloats();
            int[] shape = array.shape().stream().mapToInt(Integer::intValue).toArray();
            long size = array.shape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
            FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(size));
            array.floats(List.of(values));
            return FloatTensor.of(values.flip(), shape);
        } catch (IOException | ArithmeticException e) {
            throw new BadFileException(
                    file,
                    "it cannot be read as one array, as NumPy's save writes it: "
                            + (e instanceof IOException io ? StagedFile.reason(io) : e.getMessage()) + ".",
                    e);
        }
    }
}
