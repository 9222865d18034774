package io.github.residual4j.capture.checkpoint;

import io.github.residual4j.BadFileException;
import io.github.residual4j.store.SafetensorsFile;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An opened GPT-2 checkpoint: its configuration, its weights and, when there is one, its tokenizer.
 *
 * @param name what the model is called
 * @param source where it comes from, for error messages
 * @param config its dimensions and options
 * @param weights its tensors
 * @param tokenizer what splits text into its tokens; without one the model takes ids only
 */
public record Checkpoint(
        String name, Path source, Gpt2Config config, Weights weights, Optional<TokenizerJson> tokenizer) {
    /**
     * Opens a folder that holds a Hugging Face checkpoint.
     *
     * @throws BadFileException if a file is missing, damaged, or not of a GPT-2
     */
    public static Checkpoint open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new BadFileException(
                    folder,
                    Files.exists(folder)
                            ? "this is not a folder; a checkpoint folder holds config.json and model.safetensors."
                            : "there is no such folder.");
        }
        Gpt2Config config = Gpt2Config.read(folder.resolve("config.json"));
        Weights weights = new SafetensorsWeights(SafetensorsFile.open(folder.resolve("model.safetensors")));
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return new Checkpoint(
                name == null ? folder.toString() : name.toString(), folder, config, weights, tokenizer(folder));
    }

    /** The small model that comes with the library. */
    public static Checkpoint embedded() {
        return EmbeddedCheckpoint.open();
    }

    private static Optional<TokenizerJson> tokenizer(Path folder) {
        Path file = folder.resolve("tokenizer.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TokenizerJson(file, Files.readString(file)));
        } catch (MalformedInputException e) {
            throw new BadFileException(file, "the file is not UTF-8 text.", e);
        } catch (IOException e) {
            throw new BadFileException(file, "the file cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
