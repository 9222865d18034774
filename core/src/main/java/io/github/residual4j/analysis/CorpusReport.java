package io.github.residual4j.analysis;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.text.Counted;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What a run over many texts found: statistics of the stream, and how likely the texts are to the model.
 *
 * @see io.github.residual4j.StreamStatistics
 */
public final class CorpusReport {
    private final Map<String, String> about;
    private final long texts;
    private final long windows;
    private final long tokens;
    private final long scored;
    private final double logProbability;
    private final List<AnalysisResult> results;

    /**
     * Made by a run.
     *
     * @param about what was run over what, by name
     * @param texts how many texts that are not blank
     * @param windows how many windows they were cut into
     * @param tokens how many tokens the statistics are of
     * @param scored how many tokens were scored, each by those before it in its window
     * @param logProbability the sum of their log-probabilities, in nats
     * @param results the statistics
     */
    public CorpusReport(
            Map<String, String> about,
            long texts,
            long windows,
            long tokens,
            long scored,
            double logProbability,
            List<? extends AnalysisResult> results) {
        this.about = Collections.unmodifiableMap(new LinkedHashMap<>(about));
        this.texts = texts;
        this.windows = windows;
        this.tokens = tokens;
        this.scored = scored;
        this.logProbability = logProbability;
        this.results = List.copyOf(results);
    }

    /** {@return what was run over what, by name} */
    public Map<String, String> about() {
        return about;
    }

    /** {@return how many texts there were that are not blank} */
    public long texts() {
        return texts;
    }

    /** {@return how many windows they were cut into} */
    public long windows() {
        return windows;
    }

    /** {@return how many tokens the statistics are of} */
    public long tokens() {
        return tokens;
    }

    /** {@return how many tokens were scored, each by those before it in its window} */
    public long scored() {
        return scored;
    }

    /** {@return the perplexity, exp(−mean log-probability) of the tokens scored; empty if none was} */
    public OptionalDouble perplexity() {
        return scored == 0 ? OptionalDouble.empty() : OptionalDouble.of(StrictMath.exp(-logProbability / scored));
    }

    /** {@return the statistics} */
    public List<AnalysisResult> results() {
        return results;
    }

    /**
     * {@return one of the statistics}
     *
     * @param key its key, such as {@code cka}
     * @throws BadRequestException if none has the key
     */
    public AnalysisResult result(String key) {
        return results.stream()
                .filter(r -> r.key().equals(BadRequestException.requireGiven(key, "key")))
                .findFirst()
                .orElseThrow(() -> new BadRequestException("There is no \"" + key + "\"; the report has "
                        + results.stream().map(AnalysisResult::key).toList() + "."));
    }

    /**
     * {@return the report as JSON: what was run under its names, {@code texts}, {@code windows}, {@code tokens}, {@code
     * tokens_scored}, {@code log_probability_mean} and {@code perplexity} where tokens were scored, {@code layer_names},
     * and each of the statistics as an object under its key} Numbers that are not finite are the strings {@code
     * "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
     */
    public String toJson() {
        StringWriter text = new StringWriter();
        JsonText json = new JsonText(text);
        write(json);
        json.end();
        return text.toString();
    }

    private void write(JsonText json) {
        about.forEach(json::string);
        json.integer("texts", texts);
        json.integer("windows", windows);
        json.integer("tokens", tokens);
        json.integer("tokens_scored", scored);
        perplexity().ifPresent(perplexity -> {
            json.number("log_probability_mean", logProbability / scored);
            json.number("perplexity", perplexity);
        });
        if (!results.isEmpty()) {
            json.strings(
                    "layer_names",
                    results.get(0).measures().get(0).axes().get(0).labels());
        }
        results.forEach(result -> json.group(result.key(), result.measures()));
    }

    /**
     * Writes {@link #toJson()} to a file, whole or not at all.
     *
     * @param file where to
     * @throws BadFileException if it cannot be written
     */
    public void writeJson(Path file) {
        JsonText.write(BadRequestException.requireGiven(file, "file"), this::write);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CorpusReport that
                && about.equals(that.about)
                && texts == that.texts
                && windows == that.windows
                && tokens == that.tokens
                && scored == that.scored
                && Double.compare(logProbability, that.logProbability) == 0
                && results.equals(that.results);
    }

    @Override
    public int hashCode() {
        return Objects.hash(about, texts, windows, tokens, scored, logProbability, results);
    }

    @Override
    public String toString() {
        return Counted.of(texts, "text") + " in " + Counted.of(windows, "window") + ", " + Counted.of(tokens, "token")
                + (perplexity().isPresent()
                        ? String.format(
                                Locale.ROOT, ", perplexity %.2f", perplexity().getAsDouble())
                        : "");
    }
}
