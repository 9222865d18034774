package io.github.residual4j.capture.internal.checkpoint;

import io.github.residual4j.error.BadFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds the tokenizer of a checkpoint folder: {@code tokenizer.json}, or else {@code vocab.json} and {@code merges.txt}. */
final class TokenizerFiles {
    private TokenizerFiles() {}

    /**
     * @return empty if the folder has neither
     * @throws BadFileException if a file is damaged, or one of the two is missing
     */
    static Optional<TokenizerJson> read(Path folder) {
        Path whole = folder.resolve("tokenizer.json");
        if (Files.exists(whole)) {
            return Optional.of(TokenizerJson.read(whole));
        }
        Path vocabulary = folder.resolve("vocab.json");
        Path merges = folder.resolve("merges.txt");
        if (!Files.exists(vocabulary) && !Files.exists(merges)) {
            return Optional.empty();
        }
        for (Path file : List.of(vocabulary, merges)) {
            if (!Files.exists(file)) {
                throw new BadFileException(
                        file,
                        "there is no such file; a tokenizer is tokenizer.json, or vocab.json together with merges.txt.");
            }
        }
        return Optional.of(VocabularyAndMerges.read(folder).toTokenizerJson());
    }
}
