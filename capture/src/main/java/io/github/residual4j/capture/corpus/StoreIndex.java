package io.github.residual4j.capture.corpus;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.JsonFault;
import io.github.residual4j.internal.io.StagedFile;
import io.github.residual4j.internal.io.TextFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code index.json} of a store tells.
 *
 * @param model the model's name
 * @param modelSha256 the hash of its weights
 * @param type how values are kept
 * @param width the dimensions of a state
 * @param points the points kept, by name
 * @param shards how many rows each shard has
 */
record StoreIndex(
        String model, String modelSha256, StoredType type, int width, List<String> points, List<Long> shards) {
    static final String FILE = "index.json";
    private static final int FORMAT_VERSION = 1;

    void save(Path folder) {
        JsonObject json = new JsonObject();
        json.addProperty("format_version", FORMAT_VERSION);
        json.addProperty("model", model);
        json.addProperty("model_sha256", modelSha256);
        json.addProperty("type", type.name());
        json.addProperty("width", width);
        JsonArray names = new JsonArray();
        points.forEach(names::add);
        json.add("points", names);
        json.addProperty("rows", shards.stream().mapToLong(Long::longValue).sum());
        JsonArray files = new JsonArray();
        for (int shard = 0; shard < shards.size(); shard++) {
            JsonObject file = new JsonObject();
            file.addProperty("file", Shard.fileName(shard));
            file.addProperty("rows", shards.get(shard));
            files.add(file);
        }
        json.add("shards", files);
        StagedFile.replace(folder.resolve(FILE), json + "\n");
    }

    /** @throws BadFileException if there is none, or it does not describe a store */
    static StoreIndex load(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            throw new BadFileException(
                    folder,
                    "holds no " + FILE + ", so no store that is whole; a run that was interrupted writes it once it has"
                            + " gone on to its end.");
        }
        try {
            JsonObject json = JsonParser.parseString(TextFile.read(file)).getAsJsonObject();
            if (json.get("format_version").getAsInt() != FORMAT_VERSION) {
                throw new BadFileException(
                        file,
                        "its version is " + json.get("format_version") + "; this library reads " + FORMAT_VERSION
                                + ".");
            }
            List<String> points = new ArrayList<>();
            json.getAsJsonArray("points").forEach(point -> points.add(point.getAsString()));
            List<Long> shards = new ArrayList<>();
            for (JsonElement shard : json.getAsJsonArray("shards")) {
                shards.add(shard.getAsJsonObject().get("rows").getAsLong());
            }
            return new StoreIndex(
                    json.get("model").getAsString(),
                    json.get("model_sha256").getAsString(),
                    StoredType.valueOf(json.get("type").getAsString()),
                    json.get("width").getAsInt(),
                    points,
                    shards);
        } catch (JsonParseException e) {
            throw new BadFileException(file, "the file is not valid JSON: " + JsonFault.of(e) + ".", e);
        } catch (IllegalStateException
                | IllegalArgumentException
                | NullPointerException
                | ClassCastException
                | UnsupportedOperationException e) { // what Gson throws where a value is missing or another kind of one
            throw new BadFileException(file, "it does not describe a store of activations.", e);
        }
    }
}
