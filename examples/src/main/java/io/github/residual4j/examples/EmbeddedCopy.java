package io.github.residual4j.examples;

import io.github.residual4j.capture.LanguageModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The embedded model as a checkpoint folder on the disk, for examples that need two checkpoints and no download. */
final class EmbeddedCopy {
    private static final String WEIGHTS = "model.safetensors";

    private EmbeddedCopy() {}

    /** Writes the checkpoint as it is and returns the folder. */
    static Path write(Path folder) {
        try {
            Files.createDirectories(folder);
            for (String name : new String[] {"config.json", "tokenizer.json", WEIGHTS}) {
                Files.write(folder.resolve(name), resource(name));
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes it with every weight rounded to float8 (E5M2), whose bits are the upper half of a float16. */
    static Path writeRounded(Path folder) {
        write(folder);
        try {
            ByteBuffer file = ByteBuffer.wrap(resource(WEIGHTS)).order(ByteOrder.LITTLE_ENDIAN);
            int data = Math.toIntExact(8 + file.getLong(0)); // a safetensors file: header's length, header, values
            for (int at = data; at < file.capacity(); at += Short.BYTES) {
                file.putShort(at, (short) ((file.getShort(at) + 0x80) & 0xFF00)); // half the lost bits' range up
            }
            Files.write(folder.resolve(WEIGHTS), file.array());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = LanguageModel.class.getResourceAsStream("tiny-gpt2/" + name)) {
            if (stream == null) {
                throw new IOException("The library's jar lacks tiny-gpt2/" + name + ".");
            }
            return stream.readAllBytes();
        }
    }
}
