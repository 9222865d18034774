package io.github.residual4j;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.residual4j.error.BadFileException;
import io.github.residual4j.internal.io.ArrayReader;
import io.github.residual4j.internal.io.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A session in a safetensors file, whose texts are in the file's metadata. */
final class SafetensorsSource implements SessionSource {
    static final String FORMAT_VERSION = "format_version";
    static final String VERSION = "1";

    private final SafetensorsFile file;

    SafetensorsSource(Path path) {
        file = SafetensorsFile.open(path);
        String version = file.metadata().getOrDefault(FORMAT_VERSION, VERSION);
        if (!version.equals(VERSION)) {
            throw new BadFileException(
                    path, "its format_version is \"" + version + "\"; this library reads " + VERSION + ".");
        }
    }

    @Override
    public Path file() {
        return file.path();
    }

    @Override
    public List<String> names() {
        return List.copyOf(file.entries().keySet());
    }

    @Override
    public <T> T read(String array, ArrayReader.Decoder<T> decoder) {
        return file.read(array, decoder);
    }

    @Override
    public Optional<List<String>> layerNames() {
        String json = file.metadata().get(SessionArrays.LAYER_NAMES);
        if (json == null) {
            return Optional.empty();
        }
        try {
            List<String> names = new ArrayList<>();
            for (JsonElement name : JsonParser.parseString(json).getAsJsonArray()) {
                names.add(name.getAsString());
            }
            return Optional.of(names);
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            throw new BadFileException(
                    file.path(), "its metadata layer_names is " + json + "; expected a JSON list of strings.", e);
        }
    }

    @Override
    public Optional<String> config() {
        return Optional.ofNullable(file.metadata().get(SessionArrays.CONFIG));
    }

    @Override
    public void close() {} // nothing is open between two reads
}
