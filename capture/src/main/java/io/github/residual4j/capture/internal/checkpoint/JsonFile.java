package io.github.residual4j.capture.internal.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.JsonFault;
import io.github.residual4j.internal.io.TextFile;
import java.nio.file.Path;

/** A text file of a checkpoint that holds one JSON object. */
final class JsonFile {
    private JsonFile() {}

    /** @throws BadFileException if the file cannot be read or holds something else */
    static JsonObject read(Path file) {
        return parse(file, text(file));
    }

    /** @param file what error messages call it */
    static JsonObject parse(Path file, String json) {
        JsonElement root;
        try {
            root = JsonParser.parseString(json);
        } catch (JsonParseException e) {
            throw new BadFileException(file, "the file is not valid JSON: " + JsonFault.of(e) + ".", e);
        }
        if (!root.isJsonObject()) {
            throw new BadFileException(file, "the file holds no JSON object.");
        }
        return root.getAsJsonObject();
    }

    /** @throws BadFileException if the file cannot be read, is not text, or is empty */
    static String text(Path file) {
        String text = TextFile.read(file);
        if (text.isBlank()) {
            throw new BadFileException(file, "the file is empty; download or copy it again.");
        }
        return text;
    }
}
