package io.github.residual4j.analysis;

import io.github.residual4j.error.BadFileException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Several analyses of one view: the notebook's four, and further ones where they were asked for. A stream whose blocks
 * cannot be told apart has no analyses of blocks and says why.
 */
public final class AnalysisReport {
    private final CosineBetweenConsecutivePoints cosineBetweenConsecutivePoints;
    private final PointStatistics statistics;
    private final Optional<BlockMagnitudes> magnitudes;
    private final Optional<BlockAlignment> alignment;
    private final Optional<String> whyNoBlocks;
    private final List<AnalysisResult> further;
    private final Map<String, String> leftOut;

    private AnalysisReport(
            CosineBetweenConsecutivePoints cosineBetweenConsecutivePoints,
            PointStatistics statistics,
            Optional<BlockMagnitudes> magnitudes,
            Optional<BlockAlignment> alignment,
            Optional<String> whyNoBlocks,
            List<AnalysisResult> further,
            Map<String, String> leftOut) {
        this.cosineBetweenConsecutivePoints = cosineBetweenConsecutivePoints;
        this.statistics = statistics;
        this.magnitudes = magnitudes;
        this.alignment = alignment;
        this.whyNoBlocks = whyNoBlocks;
        this.further = List.copyOf(further);
        this.leftOut = Collections.unmodifiableMap(new LinkedHashMap<>(leftOut));
    }

    /**
     * {@return a report of a stream with blocks}
     *
     * @param cosineBetweenConsecutivePoints how far each step turns the stream
     * @param statistics mean, deviation and range of each point
     * @param magnitudes how large stream and updates are
     * @param alignment whether blocks write along the stream
     */
    public static AnalysisReport of(
            CosineBetweenConsecutivePoints cosineBetweenConsecutivePoints,
            PointStatistics statistics,
            BlockMagnitudes magnitudes,
            BlockAlignment alignment) {
        return new AnalysisReport(
                cosineBetweenConsecutivePoints,
                statistics,
                Optional.of(magnitudes),
                Optional.of(alignment),
                Optional.empty(),
                List.of(),
                Map.of());
    }

    /**
     * {@return a report of a stream whose blocks cannot be told apart, for the reason given}
     *
     * @param cosineBetweenConsecutivePoints how far each step turns the stream
     * @param statistics mean, deviation and range of each point
     * @param reason why, in a sentence
     */
    public static AnalysisReport withoutBlocks(
            CosineBetweenConsecutivePoints cosineBetweenConsecutivePoints, PointStatistics statistics, String reason) {
        return new AnalysisReport(
                cosineBetweenConsecutivePoints,
                statistics,
                Optional.empty(),
                Optional.empty(),
                Optional.of(reason),
                List.of(),
                Map.of());
    }

    /**
     * {@return this report and further results; in JSON each is an object under its key}
     *
     * @param more the results to add
     */
    public AnalysisReport with(List<? extends AnalysisResult> more) {
        List<AnalysisResult> all = new ArrayList<>(further);
        all.addAll(more);
        return new AnalysisReport(
                cosineBetweenConsecutivePoints, statistics, magnitudes, alignment, whyNoBlocks, all, leftOut);
    }

    /**
     * {@return this report, which says what it does not hold}
     *
     * @param reasons by the key of each result that was left out, why and which call gives it
     */
    public AnalysisReport leavingOut(Map<String, String> reasons) {
        return new AnalysisReport(
                cosineBetweenConsecutivePoints, statistics, magnitudes, alignment, whyNoBlocks, further, reasons);
    }

    /** {@return how far each step of the stream turns it} */
    public CosineBetweenConsecutivePoints cosineBetweenConsecutivePoints() {
        return cosineBetweenConsecutivePoints;
    }

    /** {@return mean, deviation and range of each point} */
    public PointStatistics statistics() {
        return statistics;
    }

    /** {@return how large the stream and its blocks' updates are; empty if {@link #whyNoBlocks()} is not} */
    public Optional<BlockMagnitudes> magnitudes() {
        return magnitudes;
    }

    /** {@return whether blocks write along the stream; empty if {@link #whyNoBlocks()} is not} */
    public Optional<BlockAlignment> alignment() {
        return alignment;
    }

    /** {@return why there are no analyses of blocks, if there are none} */
    public Optional<String> whyNoBlocks() {
        return whyNoBlocks;
    }

    /** {@return for each result that was left out, by its key, why and which call gives it} */
    public Map<String, String> leftOut() {
        return leftOut;
    }

    /** {@return all results in this report} */
    public List<AnalysisResult> results() {
        List<AnalysisResult> all = new ArrayList<>(List.of(statistics, cosineBetweenConsecutivePoints));
        magnitudes.ifPresent(all::add);
        alignment.ifPresent(all::add);
        all.addAll(further);
        return all;
    }

    /** {@return what the report was taken from} */
    public View view() {
        return statistics.view();
    }

    /**
     * {@return the report as JSON: {@code layer_names}, {@code tokens}, {@code view}, {@code cosine_consecutive},
     * {@code statistics}, {@code magnitudes}, {@code cosine_residual_attention} and {@code cosine_residual_mlp}, or
     * {@code blocks_unavailable} with the reason in place of the last three; then each further result as an object
     * under its key, and {@code left_out} with the reason for each that is not there} Numbers that are not finite are the strings {@code "NaN"}, {@code "Infinity"} and {@code
     * "-Infinity"}.
     */
    public String toJson() {
        StringWriter text = new StringWriter();
        JsonText json = new JsonText(text);
        write(json);
        json.end();
        return text.toString();
    }

    private void write(JsonText json) {
        json.strings("layer_names", statistics.points());
        json.strings("tokens", cosineBetweenConsecutivePoints.tokens());
        json.string("view", view().toString());
        json.measures(cosineBetweenConsecutivePoints.measures());
        json.group(statistics.key(), statistics.measures());
        magnitudes.ifPresent(m -> json.group(m.key(), m.measures()));
        alignment.ifPresent(a -> json.measures(a.measures()));
        whyNoBlocks.ifPresent(reason -> json.string("blocks_unavailable", reason));
        further.forEach(result -> json.group(result.key(), result.measures()));
        if (!leftOut.isEmpty()) {
            json.texts("left_out", leftOut);
        }
    }

    /**
     * Writes {@link #toJson()} to a file, whole or not at all.
     *
     * @param file where to
     * @throws BadFileException if it cannot be written
     */
    public void writeJson(Path file) {
        JsonText.write(file, this::write);
    }

    /**
     * Writes every result's numbers as CSV files into a folder; see {@link AnalysisResult#writeCsv(Path)}.
     *
     * @param folder where to, made when missing
     * @return the files written
     * @throws BadFileException if one cannot be written
     */
    public List<Path> writeCsv(Path folder) {
        return results().stream().flatMap(r -> r.writeCsv(folder).stream()).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AnalysisReport that
                && results().equals(that.results())
                && whyNoBlocks.equals(that.whyNoBlocks)
                && leftOut.equals(that.leftOut);
    }

    @Override
    public int hashCode() {
        return Objects.hash(results(), whyNoBlocks);
    }

    @Override
    public String toString() {
        String tables = String.join(
                "\n", results().stream().map(AnalysisResult::toString).toList());
        return whyNoBlocks
                .map(reason -> tables + "\nNo analyses of blocks: " + reason + "\n")
                .orElse(tables);
    }
}
