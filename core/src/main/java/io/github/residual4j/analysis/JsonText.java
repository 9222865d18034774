package io.github.residual4j.analysis;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes results as one JSON object, each measure as nested arrays under its name. */
final class JsonText {
    private final StringWriter text = new StringWriter();
    private final JsonWriter json = new JsonWriter(text);

    @FunctionalInterface
    private interface Step {
        void write() throws IOException;
    }

    JsonText() {
        json.setHtmlSafe(false);
        step(json::beginObject);
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

    void group(String key, List<Measure> measures) {
        step(() -> json.name(key).beginObject());
        measures(measures);
        step(json::endObject);
    }

    void measures(List<Measure> measures) {
        for (Measure measure : measures) {
            step(() -> {
                json.name(measure.name());
                nested(measure, measure.toArray(), 0, 0);
            });
        }
    }

    /** Writes the values from an axis on, and gives back how many were written. */
    private int nested(Measure measure, double[] values, int axis, int from) throws IOException {
        if (axis == measure.axes().size()) {
            number(values[from]);
            return 1;
        }
        int written = 0;
        json.beginArray();
        for (int i = 0; i < measure.axes().get(axis).length(); i++) {
            written += nested(measure, values, axis + 1, from + written);
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

    /** Closes the object and gives all of it. */
    String end() {
        step(json::endObject);
        return text.append('\n').toString();
    }

    private static void step(Step step) {
        try {
            step.write();
        } catch (IOException e) {
            throw new UncheckedIOException("A string writer does not fail", e);
        }
    }
}
