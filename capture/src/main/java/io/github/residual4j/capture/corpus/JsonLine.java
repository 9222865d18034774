package io.github.residual4j.capture.corpus;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.JsonFault;
import java.nio.file.Path;

/**
 * A field of a JSON object that stands on a line of its own.
 *
 * @param field the field's name
 */
record JsonLine(String field) implements LineSource.LineText {
    @Override
    public String kind() {
        return "field \"" + field + "\" of JSON lines";
    }

    @Override
    public String of(Path name, long number, String line) {
        JsonElement element;
        try {
            element = JsonParser.parseString(line);
        } catch (JsonParseException e) {
            throw new BadFileException(name, "line " + number + " is no JSON: " + JsonFault.of(e) + ".", e);
        }
        if (!element.isJsonObject()) {
            throw new BadFileException(name, "line " + number + " is no JSON object such as {\"" + field + "\": …}.");
        }
        JsonObject object = element.getAsJsonObject();
        JsonElement text = object.get(field);
        if (text == null) {
            throw new BadFileException(
                    name, "line " + number + " has no field \"" + field + "\", only " + object.keySet() + ".");
        }
        if (!text.isJsonPrimitive() || !text.getAsJsonPrimitive().isString()) {
            throw new BadFileException(name, "the field \"" + field + "\" in line " + number + " is no string.");
        }
        return text.getAsString();
    }
}
