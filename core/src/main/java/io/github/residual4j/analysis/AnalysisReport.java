package io.github.residual4j.analysis;

import io.github.residual4j.BadFileException;
import io.github.residual4j.internal.io.StagedFile;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The notebook's four analyses of one view, found in one pass over its states. A stream whose blocks cannot be told
 * apart has no analyses of blocks and says why.
 */
public final class AnalysisReport {
    private final CosineBetweenLayers cosineBetweenLayers;
    private final PointStatistics statistics;
    private final Optional<BlockMagnitudes> magnitudes;
    private final Optional<BlockAlignment> alignment;
    private final Optional<String> whyNoBlocks;

    /** A report of a stream with blocks. */
    public AnalysisReport(
            CosineBetweenLayers cosineBetweenLayers,
            PointStatistics statistics,
            BlockMagnitudes magnitudes,
            BlockAlignment alignment) {
        this.cosineBetweenLayers = cosineBetweenLayers;
        this.statistics = statistics;
        this.magnitudes = Optional.of(magnitudes);
        this.alignment = Optional.of(alignment);
        this.whyNoBlocks = Optional.empty();
    }

    /** A report of a stream whose blocks cannot be told apart, for the reason given. */
    public AnalysisReport(CosineBetweenLayers cosineBetweenLayers, PointStatistics statistics, String whyNoBlocks) {
        this.cosineBetweenLayers = cosineBetweenLayers;
        this.statistics = statistics;
        this.magnitudes = Optional.empty();
        this.alignment = Optional.empty();
        this.whyNoBlocks = Optional.of(whyNoBlocks);
    }

    /** How far each step of the stream turns it. */
    public CosineBetweenLayers cosineBetweenLayers() {
        return cosineBetweenLayers;
    }

    /** Mean, deviation and range of each point. */
    public PointStatistics statistics() {
        return statistics;
    }

    /** How large the stream and its blocks' updates are; empty if {@link #whyNoBlocks()} is not. */
    public Optional<BlockMagnitudes> magnitudes() {
        return magnitudes;
    }

    /** Whether blocks write along the stream; empty if {@link #whyNoBlocks()} is not. */
    public Optional<BlockAlignment> alignment() {
        return alignment;
    }

    /** Why there are no analyses of blocks, if there are none. */
    public Optional<String> whyNoBlocks() {
        return whyNoBlocks;
    }

    /** What the report was taken from. */
    public View view() {
        return statistics.view();
    }

    /**
     * The report as JSON: {@code layer_names}, {@code tokens}, {@code view}, {@code cosine_consecutive},
     * {@code statistics}, {@code magnitudes}, {@code cosine_residual_attention} and {@code cosine_residual_mlp}, or
     * {@code blocks_unavailable} with the reason in place of the last three. Numbers that are not finite are the
     * strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
     */
    public String toJson() {
        JsonText json = new JsonText();
        json.strings("layer_names", statistics.points());
        json.strings("tokens", cosineBetweenLayers.tokens());
        json.string("view", view().toString());
        json.measures(cosineBetweenLayers.measures());
        json.group("statistics", statistics.measures());
        magnitudes.ifPresent(m -> json.group("magnitudes", m.measures()));
        alignment.ifPresent(a -> json.measures(a.measures()));
        whyNoBlocks.ifPresent(reason -> json.string("blocks_unavailable", reason));
        return json.end();
    }

    /**
     * Writes {@link #toJson()} to a file, whole or not at all.
     *
     * @throws BadFileException if it cannot be written
     */
    public void writeJson(Path file) {
        StagedFile.replace(file, toJson());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AnalysisReport that
                && cosineBetweenLayers.equals(that.cosineBetweenLayers)
                && statistics.equals(that.statistics)
                && magnitudes.equals(that.magnitudes)
                && alignment.equals(that.alignment)
                && whyNoBlocks.equals(that.whyNoBlocks);
    }

    @Override
    public int hashCode() {
        return Objects.hash(cosineBetweenLayers, statistics, magnitudes, alignment, whyNoBlocks);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(statistics + "\n" + cosineBetweenLayers);
        magnitudes.ifPresent(m -> text.append('\n').append(m));
        alignment.ifPresent(a -> text.append('\n').append(a));
        whyNoBlocks.ifPresent(reason ->
                text.append("\nNo analyses of blocks: ").append(reason).append('\n'));
        return text.toString();
    }
}
