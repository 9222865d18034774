package io.github.residual4j.capture.internal.checkpoint;

import io.github.residual4j.capture.checkpoint.Gpt2Config;
import io.github.residual4j.capture.internal.cache.CacheLayout;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.MistakenFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An opened GPT-2 checkpoint: its configuration, its weights and, when there is one, its tokenizer.
 *
 * @param name what the model is called
 * @param source where it comes from, for error messages
 * @param config its dimensions and options
 * @param weights its tensors
 * @param languageHead whether it has a head that gives logits
 * @param notes what else a reader should know; mostly nothing
 * @param tokenizer what splits text into its tokens; without one the model takes ids only
 */
public record Checkpoint(
        String name,
        Path source,
        Gpt2Config config,
        Weights weights,
        boolean languageHead,
        List<String> notes,
        Optional<TokenizerJson> tokenizer) {
    /**
     * Opens a folder that holds a Hugging Face checkpoint.
     *
     * @param folder the folder
     * @return the checkpoint
     * @throws BadFileException if a file is missing, damaged, or not of a GPT-2
     */
    public static Checkpoint open(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BadFileException(
                    folder,
                    MistakenFile.explain(folder)
                            .or(() -> OtherFormats.ofFile(folder).map(kind -> "this is " + kind + "."))
                            .orElse(
                                    "this is neither a folder, as a checkpoint with config.json and model.safetensors is,"
                                            + " nor a .onnx file."));
        }
        if (!Files.exists(folder)) {
            throw new BadFileException(folder, "there is no such folder.");
        }
        Gpt2Config config = Gpt2ConfigReader.readOfWeights(folder.resolve("config.json"));
        SafetensorsWeights weights = SafetensorsWeights.open(folder);
        return of(name(folder), folder, config, weights, TokenizerFiles.read(folder));
    }

    static Checkpoint of(
            String name,
            Path source,
            Gpt2Config config,
            SafetensorsWeights weights,
            Optional<TokenizerJson> tokenizer) {
        LanguageHead head = LanguageHead.of(config, weights);
        return new Checkpoint(
                name,
                source,
                config.withHead(head.tied(), head.present() && weights.has(LanguageHead.BIAS)),
                weights,
                head.present(),
                head.note().stream().toList(),
                tokenizer);
    }

    /** {@return the small model that comes with the library} */
    public static Checkpoint embedded() {
        return EmbeddedCheckpoint.open();
    }

    /** A folder's (or file's) name, or {@code owner/name} for a snapshot in the cache of a hub. */
    static String name(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        if (path.getNameCount() == 0) {
            return folder.toString();
        }
        return CacheLayout.repositoryOf(path).orElse(path.getFileName().toString());
    }
}
