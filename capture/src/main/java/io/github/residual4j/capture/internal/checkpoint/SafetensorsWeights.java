package io.github.residual4j.capture.internal.checkpoint;

import io.github.residual4j.capture.internal.cache.CacheLayout;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.SafetensorsEntry;
import io.github.residual4j.internal.io.SafetensorsFile;
import io.github.residual4j.internal.io.WeightFormats;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Weights in one safetensors file or in several. Names may carry the {@code transformer.} that {@code GPT2LMHeadModel}
 * puts before all but the head's, and what training wrappers put around them; tensors that nobody asks for, such as the {@code attn.bias} of old files, which is
 * the causal mask, are left alone.
 */
final class SafetensorsWeights implements Weights {
    static final String FILE_NAME = "model.safetensors";
    private static final String PREFIX = "transformer.";
    private static final String EMBEDDING = "wte.weight";
    private static final String PEFT = "base_model.model.";

    /** What torch.compile, DistributedDataParallel, FSDP and activation checkpointing put around names. */
    private static final Pattern WRAPPER = Pattern.compile(
            "^module\\.|(?<=^|\\.)(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\\.(?:module\\.)?");

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
                String plain = plain(name);
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

    /** A name without what surrounds it: wrappers' names, then that of the model inside GPT2LMHeadModel. */
    private static String plain(String name) {
        String unwrapped = WRAPPER.matcher(name).replaceAll("");
        return unwrapped.startsWith(PREFIX) ? unwrapped.substring(PREFIX.length()) : unwrapped;
    }

    private String whyMissing(String name) {
        for (SafetensorsFile file : files.values()) {
            String format = file.metadata().getOrDefault("format", "");
            if (format.equals("tf") || format.equals("flax")) {
                return "the file is " + (format.equals("tf") ? "TensorFlow's" : "Flax's")
                        + " (its metadata says format \""
                        + format + "\"), with other names and shapes; "
                        + (format.equals("tf") ? WeightFormats.FROM_TENSORFLOW : WeightFormats.FROM_FLAX);
            }
        }
        for (Stored stored : tensors.values()) {
            String found = stored.entry().name();
            if (found.startsWith(PEFT)) {
                return "\"" + found + "\" and others bear PEFT's prefix \"" + PEFT + "\", so the adapter is not merged;"
                        + " call merge_and_unload() in Python and write the model by save_pretrained(folder)";
            }
            if (found.endsWith("." + name)) {
                String prefix =
                        found.substring(0, found.length() - name.length()).replace(PREFIX, "");
                return "\"" + found + "\" is there, so the names bear the prefix \"" + prefix
                        + "\"; take it off and write the file again";
            }
        }
        return "a GPT-2 has it"
                + (name.equals(LanguageHead.WEIGHT) ? " when tie_word_embeddings is false in config.json" : "");
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
                        + OtherFormats.inFolder(folder)
                                .map(found -> ", but " + found)
                                .orElse("")
                        + ".");
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
            throw new BadFileException(source, "there is no tensor \"" + name + "\"; " + whyMissing(name) + ".");
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
