package io.github.residual4j.capture.corpus;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.JsonFault;
import io.github.residual4j.internal.io.StagedFile;
import io.github.residual4j.internal.io.TextFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code index.json} of a store tells.
 *
 * @param model the model's name
 * @param modelSha256 the hash of its weights
 * @param type how values are kept
 * @param widths how many values a row of each point kept has, by the point's name, in order
 * @param shards how many rows each shard has
 */
record StoreIndex(String model, String modelSha256, StoredType type, Map<String, Integer> widths, List<Long> shards) {
    static final String FILE = "index.json";
    private static final int FORMAT_VERSION = 2;

    StoreIndex {
        widths = Collections.unmodifiableMap(new LinkedHashMap<>(widths));
        shards = List.copyOf(shards);
    }

    static StoreIndex of(LanguageModel model, StoredType type, List<StoredPoint> points, List<Long> shards) {
        Map<String, Integer> widths = new LinkedHashMap<>();
        points.forEach(point -> widths.put(point.name(), point.width()));
        return new StoreIndex(model.name(), model.weightsSha256(), type, widths, shards);
    }

    /** The points kept, by name. */
    List<String> points() {
        return List.copyOf(widths.keySet());
    }

    void save(Path folder) {
        JsonObject json = new JsonObject();
        json.addProperty("format_version", FORMAT_VERSION);
        json.addProperty("model", model);
        json.addProperty("model_sha256", modelSha256);
        json.addProperty("type", type.name());
        JsonArray names = new JsonArray();
        JsonArray values = new JsonArray();
        widths.forEach((point, width) -> {
            names.add(point);
            values.add(width);
        });
        json.add("points", names);
        json.add("widths", values);
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
            int version = json.get("format_version").getAsInt();
            if (version != FORMAT_VERSION) {
                throw new BadFileException(
                        file, "its version is " + version + "; this library reads " + FORMAT_VERSION + ".");
            }
            JsonArray names = json.getAsJsonArray("points");
            JsonArray values = json.getAsJsonArray("widths");
            Map<String, Integer> widths = new LinkedHashMap<>();
            for (int p = 0; p < names.size(); p++) {
                widths.put(names.get(p).getAsString(), values.get(p).getAsInt());
            }
            if (widths.isEmpty()) {
                throw new IllegalArgumentException("no point");
            }
            List<Long> shards = new ArrayList<>();
            for (JsonElement shard : json.getAsJsonArray("shards")) {
                shards.add(shard.getAsJsonObject().get("rows").getAsLong());
            }
            return new StoreIndex(
                    json.get("model").getAsString(),
                    json.get("model_sha256").getAsString(),
                    StoredType.valueOf(json.get("type").getAsString()),
                    widths,
                    shards);
        } catch (JsonParseException e) {
            throw new BadFileException(file, "the file is not valid JSON: " + JsonFault.of(e) + ".", e);
        } catch (IllegalStateException
                | IllegalArgumentException
                | NullPointerException
                | ClassCastException
                | IndexOutOfBoundsException
                | UnsupportedOperationException e) { // what Gson throws where a value is missing or another kind of one
            throw new BadFileException(file, "it does not describe a store of activations.", e);
        }
    }
}
