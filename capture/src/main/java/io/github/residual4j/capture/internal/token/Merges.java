package io.github.residual4j.capture.internal.token;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;

/**
 * Makes sure that the merges of a byte-pair encoding go with its prefix of continued words. The native tokenizers
 * library cuts the prefix off the second part of every merge, and ends the whole process where there is none.
 */
final class Merges {
    private static final String PREFIX = "continuing_subword_prefix";

    private Merges() {}

    /**
     * @param json a JSON text
     * @throws BadFileException if a merge lacks the prefix
     */
    static void require(Path source, String json) {
        JsonElement root = JsonParser.parseString(json);
        JsonObject model = object(root, "model");
        JsonElement prefix = model.get(PREFIX);
        JsonElement merges = model.get("merges");
        if (prefix == null || !prefix.isJsonPrimitive() || merges == null || !merges.isJsonArray()) {
            return; // nothing to cut off, or nothing the library takes for merges
        }
        for (JsonElement merge : merges.getAsJsonArray()) {
            if (!second(merge).startsWith(prefix.getAsString())) {
                throw new BadFileException(
                        source,
                        "merge " + merge + " does not begin its second part with the " + PREFIX + " " + prefix + ".");
            }
        }
    }

    private static JsonObject object(JsonElement parent, String name) {
        JsonElement child = parent.isJsonObject() ? parent.getAsJsonObject().get(name) : null;
        return child != null && child.isJsonObject() ? child.getAsJsonObject() : new JsonObject();
    }

    /** The second part of a merge, written as one text with a space or as a list. */
    private static String second(JsonElement merge) {
        if (merge.isJsonArray()) {
            JsonArray parts = merge.getAsJsonArray();
            return parts.size() == 2 && parts.get(1).isJsonPrimitive()
                    ? parts.get(1).getAsString()
                    : "";
        }
        String text = merge.isJsonPrimitive() ? merge.getAsString() : "";
        return text.substring(text.indexOf(' ') + 1);
    }
}
