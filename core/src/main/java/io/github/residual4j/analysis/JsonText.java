package io.github.residual4j.analysis;

import com.google.gson.stream.JsonWriter;
import io.github.residual4j.internal.io.StagedFile;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * Writes results as one JSON object, each measure as nested arrays under its name, number by number to where it goes.
 */
final class JsonText {
    private final Writer text;
    private final JsonWriter json;

    @FunctionalInterface
    private interface Step {
        void write() throws IOException;
    }

    JsonText(Writer text) {
        this.text = text;
        json = new JsonWriter(text);
        json.setHtmlSafe(false);
        step(json::beginObject);
    }

    /** Writes a file, whole or not at all. */
    static void write(Path file, Consumer<JsonText> content) {
        StagedFile.replace(file, out -> {
            try {
                JsonText json = new JsonText(new OutputStreamWriter(out, StandardCharsets.UTF_8));
                content.accept(json);
                json.end();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        });
    }

    void number(String key, double value) {
        step(() -> {
            json.name(key);
            number(value);
        });
    }

    void integer(String key, long value) {
        step(() -> json.name(key).value(value));
    }

    void measure(String key, Measure measure) {
        step(() -> {
            json.name(key);
            Number number = measure.isWhole() ? value -> json.value((long) value) : this::number;
            nested(measure, measure.values(), 0, 0, number);
        });
    }

    /** An object for each of some things. */
    void list(String key, int count, ObjIntConsumer<JsonText> each) {
        step(() -> json.name(key).beginArray());
        for (int i = 0; i < count; i++) {
            step(json::beginObject);
            each.accept(this, i);
            step(json::endObject);
        }
        step(json::endArray);
    }

    /** As many empty lists. */
    void emptyRows(String key, int rows) {
        step(() -> {
            json.name(key).beginArray();
            for (int row = 0; row < rows; row++) {
                json.beginArray().endArray();
            }
            json.endArray();
        });
    }

    void string(String key, String value) {
        step(() -> json.name(key).value(value));
    }

    void strings(String key, List<String> values) {
        step(() -> {
            json.name(key).beginArray();
            for (String value : values) {
                json.value(value);
            }
            json.endArray();
        });
    }

    void texts(String key, Map<String, String> texts) {
        step(() -> json.name(key).beginObject());
        texts.forEach(this::string);
        step(json::endObject);
    }

    void group(String key, List<Measure> measures) {
        step(() -> json.name(key).beginObject());
        measures(measures);
        step(json::endObject);
    }

    void measures(List<Measure> measures) {
        measures.forEach(measure -> measure(measure.name(), measure));
    }

    @FunctionalInterface
    private interface Number {
        void write(double value) throws IOException;
    }

    /** Writes the values from an axis on, and gives back how many were written. */
    private int nested(Measure measure, double[] values, int axis, int from, Number number) throws IOException {
        if (axis == measure.axes().size()) {
            number.write(values[from]);
            return 1;
        }
        int written = 0;
        json.beginArray();
        for (int i = 0; i < measure.axes().get(axis).length(); i++) {
            written += nested(measure, values, axis + 1, from + written, number);
        }
        json.endArray();
        return written;
    }

    private void number(double value) throws IOException {
        if (Double.isFinite(value)) {
            json.jsonValue(NumberText.of(value));
        } else {
            json.value(NumberText.of(value)); // NaN, Infinity, -Infinity
        }
    }

    /** Closes the object. */
    void end() {
        step(() -> {
            json.endObject();
            json.flush();
            text.append('\n').flush();
        });
    }

    private static void step(Step step) {
        try {
            step.write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
