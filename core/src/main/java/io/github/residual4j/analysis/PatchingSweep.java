package io.github.residual4j.analysis;

import io.github.residual4j.error.BadFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What putting values of one run into another, place by place, does to the answer: activation patching between two texts
 * (Heimersheim and Nanda 2024, arXiv 2404.15255, tell what it shows), causal tracing, or path patching. The metric m is a number read off the last
 * position's logits.
 */
public final class PatchingSweep extends AnalysisResult {
    private final String kind;

    /**
     * Made by the experiment; the measures bear the names of the methods below.
     *
     * @param title what was done, in words
     * @param kind where values were put in, such as {@code resid_pre} or {@code head_z}
     * @param view what was put where
     * @param measures its numbers, under the names of the methods below
     */
    public PatchingSweep(String title, String kind, View view, List<Measure> measures) {
        super("patching", title, view, measures);
        this.kind = kind;
    }

    /** {@return where values were put in, such as {@code resid_pre}, or {@code head_z} for single heads} */
    public String kind() {
        return kind;
    }

    /** {@return m of each patched run; {@code [blocks, places]}, in the metric's unit} */
    public Measure value() {
        return measure("value");
    }

    /**
     * {@return (m − m of the corrupted text) / (m of the clean text − m of the corrupted text); {@code [blocks, places]},
     * 0 where a run is as with the corrupted text, 1 where it is as with the clean one}
     */
    public Measure normalised() {
        return measure("normalised");
    }

    /** {@return m of the clean text; {@code [1]}} */
    public Measure clean() {
        return measure("clean");
    }

    /** {@return m of the corrupted text; {@code [1]}} */
    public Measure corrupted() {
        return measure("corrupted");
    }

    /**
     * Writes it as JSON, whole or not at all: {@code kind}, {@code row_labels}, {@code column_labels}, {@code values},
     * which are {@link #normalised()}, {@code raw_values}, {@code clean_difference} and {@code corrupted_difference}.
     *
     * @param file where to
     * @throws BadFileException if it cannot be written
     */
    public void writeJson(Path file) {
        JsonText.write(file, json -> {
            json.string("kind", kind);
            json.strings("row_labels", value().axes().get(0).labels());
            json.strings("column_labels", value().axes().get(1).labels());
            json.measure("values", normalised());
            json.measure("raw_values", value());
            json.number("clean_difference", clean().value(0));
            json.number("corrupted_difference", corrupted().value(0));
        });
    }
}
