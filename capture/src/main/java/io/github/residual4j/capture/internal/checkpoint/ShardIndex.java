package io.github.residual4j.capture.internal.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The index of weights in several files: which of these files, the shards, holds which tensor.
 *
 * @param file the index
 * @param shardOfTensor file names, all plain names of safetensors files beside the index, by tensor
 */
public record ShardIndex(Path file, SortedMap<String, String> shardOfTensor) {
    /** What an index is called. */
    public static final String FILE_NAME = "model.safetensors.index.json";

    // No separators and nothing hidden: an index from elsewhere must not lead out of its folder.
    private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*\\.safetensors");

    /**
     * {@return an index as it stands in a file}
     *
     * @param file the index
     * @throws BadFileException if it cannot be read or is not an index
     */
    public static ShardIndex read(Path file) {
        JsonElement weightMap = JsonFile.read(file).get("weight_map");
        if (weightMap == null || !weightMap.isJsonObject()) {
            throw new BadFileException(
                    file, "the index has no \"weight_map\", which says which file holds which tensor.");
        }
        SortedMap<String, String> shards = new TreeMap<>();
        for (Map.Entry<String, JsonElement> entry : ((JsonObject) weightMap).entrySet()) {
            String shard = entry.getValue().isJsonPrimitive() ? entry.getValue().getAsString() : "";
            if (!SHARD.matcher(shard).matches()) {
                throw new BadFileException(
                        file,
                        "the index places tensor \"" + entry.getKey() + "\" in " + entry.getValue()
                                + ", which is not a .safetensors file beside it.");
            }
            shards.put(entry.getKey(), shard);
        }
        if (shards.isEmpty()) {
            throw new BadFileException(file, "the index names no tensor.");
        }
        return new ShardIndex(file, Collections.unmodifiableSortedMap(shards));
    }

    /** {@return the names of the shards} */
    public SortedSet<String> shards() {
        return new TreeSet<>(shardOfTensor.values());
    }
}
