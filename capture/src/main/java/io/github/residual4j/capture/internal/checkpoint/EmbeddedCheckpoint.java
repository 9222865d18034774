package io.github.residual4j.capture.internal.checkpoint;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The checkpoint among this library's own resources. */
final class EmbeddedCheckpoint {
    private static final String NAME = "tiny-gpt2";
    private static final String RESOURCES = "/io/github/residual4j/capture/" + NAME + "/";

    private EmbeddedCheckpoint() {}

    static Checkpoint open() {
        Path folder = Path.of("embedded " + NAME);
        Path config = folder.resolve("config.json");
        Path weights = folder.resolve("model.safetensors");
        Path tokenizer = folder.resolve("tokenizer.json");
        return Checkpoint.of(
                NAME,
                folder,
                Gpt2ConfigReader.parse(config, text(config)),
                SafetensorsWeights.of(SafetensorsFile.of(weights, offHeap(weights))),
                Optional.of(new TokenizerJson(tokenizer, text(tokenizer))));
    }

    private static String text(Path file) {
        return new String(content(file), StandardCharsets.UTF_8);
    }

    private static ByteBuffer offHeap(Path file) {
        byte[] content = content(file);
        return ByteBuffer.allocateDirect(content.length).put(content).flip();
    }

    private static byte[] content(Path file) {
        try (InputStream stream = EmbeddedCheckpoint.class.getResourceAsStream(RESOURCES + file.getFileName())) {
            if (stream == null) {
                throw new BadFileException(file, "the library's jar lacks this resource.");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new BadFileException(file, "the library's resource cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
