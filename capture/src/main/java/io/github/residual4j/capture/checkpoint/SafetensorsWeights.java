package io.github.residual4j.capture.checkpoint;

import io.github.residual4j.capture.internal.cache.CacheLayout;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.SafetensorsEntry;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Weights in one safetensors file or in several. Names may carry the {@code transformer.} that {@code GPT2LMHeadModel}
 * puts before all but the head's; tensors that nobody asks for, such as the {@code attn.bias} of old files, which is
 * the causal mask, are left alone.
 */
final class SafetensorsWeights implements Weights {
    private static final String FILE_NAME = "model.safetensors";
    private static final String PREFIX = "transformer.";
    private static final String EMBEDDING = "wte.weight";

    private final Path source;
    private final SortedMap<String, SafetensorsFile> files; // by file name
    private final Map<String, Stored> tensors = new LinkedHashMap<>(); // by name without prefix
    private @Nullable String sha256;

    /** Where a tensor is. */
    private record Stored(SafetensorsFile file, SafetensorsEntry entry) {}

    private SafetensorsWeights(Path source, SortedMap<String, SafetensorsFile> files) {
        this.source = source;
        this.files = files;
        for (SafetensorsFile file : files.values()) {
            for (SafetensorsEntry entry : file.entries().values()) {
                String name = entry.name();
                String plain = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
                Stored twin = tensors.putIfAbsent(plain, new Stored(file, entry));
                if (twin != null) {
                    throw new BadFileException(
                            file.path(),
                            "tensor \"" + name + "\" is there twice, once more as \""
                                    + twin.entry().name() + "\" in "
                                    + twin.file().path().getFileName() + ".");
                }
            }
        }
    }

    static SafetensorsWeights of(SafetensorsFile file) {
        return new SafetensorsWeights(file.path(), new TreeMap<>(Map.of(FILE_NAME, file)));
    }

    /** Opens {@code model.safetensors} in a folder, or else the shards of {@code model.safetensors.index.json}. */
    static SafetensorsWeights open(Path folder) {
        Path single = folder.resolve(FILE_NAME);
        Path index = folder.resolve(ShardIndex.FILE_NAME);
        if (Files.exists(single)) {
            return of(SafetensorsFile.open(single));
        }
        if (Files.exists(index)) {
            return openShards(folder, ShardIndex.read(index));
        }
        throw new BadFileException(
                single,
                "there is no such file, nor " + ShardIndex.FILE_NAME + "; weights are read from safetensors only"
                        + (Files.exists(folder.resolve("pytorch_model.bin"))
                                ? ", so save pytorch_model.bin in that format first."
                                : "."));
    }

    private static SafetensorsWeights openShards(Path folder, ShardIndex index) {
        SortedMap<String, SafetensorsFile> files = new TreeMap<>();
        index.shardOfTensor().forEach((tensor, shard) -> {
            SafetensorsFile file = files.computeIfAbsent(shard, name -> openShard(folder.resolve(name)));
            if (!file.entries().containsKey(tensor)) {
                throw new BadFileException(
                        file.path(),
                        "there is no tensor \"" + tensor + "\", which " + ShardIndex.FILE_NAME + " places here.");
            }
        });
        return new SafetensorsWeights(index.file(), files);
    }

    private static SafetensorsFile openShard(Path shard) {
        if (!Files.exists(shard)) {
            throw new BadFileException(
                    shard, "there is no such file; " + ShardIndex.FILE_NAME + " names it as a part of the weights.");
        }
        return SafetensorsFile.open(shard);
    }

    /** Takes the head for the embedding where only the head is stored: of tied weights save_model keeps but one name. */
    void tieEmbedding() {
        Stored head = tensors.get(LanguageHead.WEIGHT);
        if (head != null) {
            tensors.putIfAbsent(EMBEDDING, head);
        }
    }

    /** Whether a tensor is stored. */
    boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** Whether two tensors that are there hold the same values. */
    boolean areSame(String name, String other) {
        Stored a = tensors.get(name);
        Stored b = tensors.get(other);
        if (!a.entry().shape().equals(b.entry().shape())) {
            return false;
        }
        return a.entry().type().equals(b.entry().type())
                ? a.file()
                        .bytes(a.entry().name())
                        .equals(b.file().bytes(b.entry().name()))
                : a.file()
                        .floats(a.entry().name())
                        .equals(b.file().floats(b.entry().name()));
    }

    @Override
    public FloatBuffer floats(String name, long... shape) {
        Stored stored = tensors.get(name);
        if (stored == null) {
            throw new BadFileException(
                    source,
                    "there is no tensor \"" + name + "\"; a GPT-2 has it"
                            + (name.equals(LanguageHead.WEIGHT)
                                    ? " when tie_word_embeddings is false in config.json."
                                    : "."));
        }
        SafetensorsEntry entry = stored.entry();
        List<Long> expected = Arrays.stream(shape).boxed().toList();
        if (!entry.shape().equals(expected)) {
            throw new BadFileException(
                    stored.file().path(),
                    "tensor \"" + entry.name() + "\" has the shape " + entry.shape() + "; config.json calls for "
                            + expected + ".");
        }
        return stored.file().floats(entry.name());
    }

    @Override
    public synchronized String sha256() {
        if (sha256 == null) {
            sha256 = files.size() == 1 ? sha256(files.get(files.firstKey())) : sha256OfShards();
        }
        return sha256;
    }

    private static String sha256(SafetensorsFile file) {
        return CacheLayout.sha256(file.path()).orElseGet(file::sha256);
    }

    private String sha256OfShards() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, file) ->
                    digest.update((sha256(file) + "  " + name + "\n").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
