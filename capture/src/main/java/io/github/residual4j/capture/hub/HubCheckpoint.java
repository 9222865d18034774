package io.github.residual4j.capture.hub;

import io.github.residual4j.capture.internal.cache.HubName;
import io.github.residual4j.capture.internal.checkpoint.ShardIndex;
import io.github.residual4j.error.BadRequestException;
import java.util.List;
import java.util.Optional;

/**
 * Which files of a repository make a checkpoint, seen from what the cache holds: each file of a commit is there, known
 * not to exist, or unknown. Weights are {@code model.safetensors} or an index with its shards, or else an ONNX file under one of the names that exporters give; the tokenizer is
 * {@code tokenizer.json} or {@code vocab.json} with {@code merges.txt}, and a repository may have none.
 */
final class HubCheckpoint {
    static final String CONFIG = "config.json";
    /** Of these a repository with a model has at least one. */
    static final List<String> TELLING = List.of(CONFIG, "model.onnx", "onnx/model.onnx");

    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = ShardIndex.FILE_NAME;
    /** Where exporters put a model that runs by itself. */
    private static final List<String> ONNX_FILES =
            List.of("model.onnx", "onnx/model.onnx", "decoder_model.onnx", "onnx/decoder_model.onnx");
    /** What they add to the name for the file with its weights, where these are apart. */
    private static final List<String> ONNX_DATA = List.of("_data", ".data");

    private static final String TOKENIZER = "tokenizer.json";
    private static final String VOCABULARY = "vocab.json";
    private static final String MERGES = "merges.txt";
    // Brought along with a tokenizer when the network is asked anyway.
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final List<String> VOCABULARY_FILES =
            List.of("added_tokens.json", "special_tokens_map.json", VOCABULARY, MERGES);

    private final HubName model;
    private final HubCache cache;
    private final String commit;

    HubCheckpoint(HubName model, HubCache cache, String commit) {
        this.model = model;
        this.cache = cache;
        this.commit = commit;
    }

    /** The next file to find out about before the checkpoint is whole; empty when it is. */
    Optional<String> nextFile() {
        return nextFileOfModel().or(this::nextFileOfTokenizer);
    }

    /**
     * The next file to find out about before configuration and weights are whole.
     *
     * @throws BadRequestException if the repository is known to lack one
     */
    Optional<String> nextFileOfModel() {
        if (isUnknown(CONFIG)) {
            return Optional.of(CONFIG);
        }
        if (has(WEIGHTS) || has(INDEX)) {
            require(!lacks(CONFIG), "has no config.json");
        }
        if (has(WEIGHTS)) {
            return Optional.empty();
        }
        if (has(INDEX)) {
            Optional<String> shard = ShardIndex.read(cache.snapshot(commit).resolve(INDEX)).shards().stream()
                    .filter(s -> !has(s))
                    .findFirst();
            shard.ifPresent(s -> require(!lacks(s), "has an index that names " + s + ", which is not there"));
            return shard;
        }
        if (isUnknown(WEIGHTS) || isUnknown(INDEX)) {
            return Optional.of(lacks(WEIGHTS) ? INDEX : WEIGHTS);
        }
        return nextFileOfOnnx();
    }

    private Optional<String> nextFileOfOnnx() {
        for (String file : ONNX_FILES) {
            if (has(file)) {
                return ONNX_DATA.stream()
                        .map(ending -> file + ending)
                        .filter(this::isUnknown)
                        .findFirst();
            }
            if (isUnknown(file)) {
                return Optional.of(file);
            }
        }
        require(
                false,
                "has neither model.safetensors nor model.safetensors.index.json, nor an ONNX file "
                        + String.join(", ", ONNX_FILES)
                        + "; weights in another format (pytorch_model.bin) are not read, save them as safetensors first");
        return Optional.empty();
    }

    /** Whether all that a model needs is here, as far as can be told without asking. */
    boolean holdsModel() {
        return ONNX_FILES.stream().anyMatch(this::has) || nextFileOfModel().isEmpty();
    }

    private Optional<String> nextFileOfTokenizer() {
        if (has(TOKENIZER) || has(VOCABULARY) && has(MERGES)) {
            return Optional.empty();
        }
        if (isUnknown(TOKENIZER_CONFIG)) {
            return Optional.of(TOKENIZER_CONFIG);
        }
        if (isUnknown(TOKENIZER)) {
            return Optional.of(TOKENIZER);
        }
        return VOCABULARY_FILES.stream().filter(this::isUnknown).findFirst();
    }

    private boolean has(String file) {
        return cache.has(commit, file);
    }

    private boolean lacks(String file) {
        return cache.lacks(commit, file);
    }

    private boolean isUnknown(String file) {
        return !has(file) && !lacks(file);
    }

    private void require(boolean good, String fault) {
        if (!good) {
            throw new BadRequestException(model + " " + fault + " (commit " + commit + ").");
        }
    }
}
