package io.github.residual4j.capture.corpus;

import io.github.residual4j.StreamStatistics;
import io.github.residual4j.capture.LanguageModel;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.internal.text.Counted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a corpus is run.
 *
 * @param window the most tokens of a window
 * @param stride by how many tokens a window begins after the one before
 * @param checkpoint about how many tokens lie between two checkpoints
 * @param points the points of the stream that are looked at; none: all
 * @param firstLeftOut whether the statistics are without the first position of each window
 * @param scored whether tokens are scored
 * @param sampled how many tokens the quantiles of dimensions are taken from; 0 for none
 * @param store what is kept, if something is
 */
record CorpusSettings(
        int window,
        int stride,
        int checkpoint,
        List<String> points,
        boolean firstLeftOut,
        boolean scored,
        int sampled,
        Optional<StoreOptions> store) {
    /** Characters of many kinds, which tell tokenizers apart. */
    private static final String PROBE =
            "The quick brown fox, in 1984, didn't jump over 12 lazy dogs — café\n\tNaïve 東京 🌍!";

    CorpusSettings withWindow(int newWindow, int newStride) {
        return new CorpusSettings(newWindow, newStride, checkpoint, points, firstLeftOut, scored, sampled, store);
    }

    CorpusSettings withCheckpoint(int tokens) {
        return new CorpusSettings(window, stride, tokens, points, firstLeftOut, scored, sampled, store);
    }

    CorpusSettings withPoints(List<String> names) {
        return new CorpusSettings(window, stride, checkpoint, List.copyOf(names), firstLeftOut, scored, sampled, store);
    }

    CorpusSettings withoutFirst() {
        return new CorpusSettings(window, stride, checkpoint, points, true, scored, sampled, store);
    }

    CorpusSettings withoutScores() {
        return new CorpusSettings(window, stride, checkpoint, points, firstLeftOut, false, sampled, store);
    }

    CorpusSettings withDimensionQuantiles(int tokens) {
        return new CorpusSettings(window, stride, checkpoint, points, firstLeftOut, scored, tokens, store);
    }

    CorpusSettings withStore(StoreOptions options) {
        return new CorpusSettings(
                window, stride, checkpoint, points, firstLeftOut, scored, sampled, Optional.of(options));
    }

    /** What is kept before the first window. */
    StreamStatistics emptyStatistics() {
        StreamStatistics empty =
                new StreamStatistics().withDimensions().withCosines().withSimilarity();
        return sampled == 0 ? empty : empty.withDimensionQuantiles(sampled);
    }

    /** The names of the points of a model's stream, in order. */
    static List<String> streamOf(LanguageModel model) {
        return model.description().points().keySet().stream()
                .filter(name -> HookKey.parse(name).point().isStream())
                .toList();
    }

    /** The points that are looked at. */
    List<String> pointsOf(LanguageModel model) {
        return points.isEmpty() ? streamOf(model) : points;
    }

    /**
     * The points whose values are kept, in order.
     *
     * @throws BadRequestException if the model does not offer one
     */
    List<StoredPoint> storedPointsOf(LanguageModel model) {
        if (store.isEmpty()) {
            return List.of();
        }
        List<HookKey> keys = store.get().points().isEmpty()
                ? pointsOf(model).stream().map(HookKey::parse).toList()
                : store.get().points();
        return keys.stream().map(key -> StoredPoint.of(key, model)).toList();
    }

    /**
     * How many rows a shard holds at most; 0 without a store.
     *
     * @param kept what a row holds
     * @throws BadRequestException if it would not hold one window
     */
    int rowsPerShard(List<StoredPoint> kept) {
        if (store.isEmpty()) {
            return 0;
        }
        long rowBytes = store.get().rowBytes(kept);
        long rows = store.get().shardBytes() / rowBytes;
        if (rows < window) {
            throw new BadRequestException("A shard of " + Counted.of(store.get().shardBytes(), "byte")
                    + " does not hold the states of one window; " + Counted.of(window, "token") + " at "
                    + Counted.of(kept.size(), "point") + " take " + window * rowBytes
                    + ". Give shards that size, shorter windows or fewer points.");
        }
        return Math.toIntExact(rows);
    }

    /** By name, all that the results depend on. */
    Map<String, String> describe(LanguageModel model, TextSource source) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("input", source.kind());
        source.sha256().ifPresent(hash -> all.put("input_sha256", hash));
        all.put("model", model.name());
        all.put("model_sha256", model.weightsSha256());
        ContentHash tokens = new ContentHash();
        for (long id : model.encode(PROBE)) {
            tokens.add(Long.toString(id));
        }
        all.put("tokenizer_sha256", tokens.hex());
        all.put("points", String.join(", ", pointsOf(model)));
        all.put("window", String.valueOf(window));
        all.put("stride", String.valueOf(stride));
        all.put("first_position", firstLeftOut ? "left out" : "taken in");
        all.put("scores", scored ? "taken" : "left out");
        if (sampled > 0) {
            all.put("dimension_quantiles", String.valueOf(sampled));
        }
        all.put("checkpoint_tokens", String.valueOf(checkpoint));
        store.ifPresentOrElse(options -> all.putAll(options.settings()), () -> all.put("stored_type", "none"));
        return all;
    }
}
