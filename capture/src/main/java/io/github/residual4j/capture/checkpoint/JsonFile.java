package io.github.residual4j.capture.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.residual4j.error.BadFileException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A text file of a checkpoint that holds one JSON object. */
final class JsonFile {
    private JsonFile() {}

    /** @throws BadFileException if the file cannot be read or holds something else */
    static JsonObject read(Path file) {
        JsonElement root;
        try {
            root = JsonParser.parseString(text(file));
        } catch (JsonParseException e) {
            throw new BadFileException(file, "the file is not valid JSON.", e);
        }
        if (!root.isJsonObject()) {
            throw new BadFileException(file, "the file holds no JSON object.");
        }
        return root.getAsJsonObject();
    }

    /** @throws BadFileException if the file cannot be read or is not text */
    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new BadFileException(file, "the file is not UTF-8 text.", e);
        } catch (NoSuchFileException e) {
            throw new BadFileException(file, "there is no such file.", e);
        } catch (IOException e) {
            throw new BadFileException(file, "the file cannot be read: " + e + ".", e);
        }
    }
}
