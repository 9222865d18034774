package io.github.residual4j.capture.internal.onnx.foreign;

import io.github.residual4j.BadRequestException;
import io.github.residual4j.CaptureException;
import io.github.residual4j.capture.HookPoint;
import io.github.residual4j.capture.Positions;
import io.github.residual4j.capture.internal.onnx.Activations;
import io.github.residual4j.capture.internal.onnx.Batch;
import io.github.residual4j.capture.internal.onnx.Site;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts the values of texts that were run one after the other together as if they had been run at once. */
final class BatchValues {
    private final Batch batch;
    private final Positions logits;
    private final int vocabulary;
    private final Map<Site, List<FloatBuffer>> values = new LinkedHashMap<>(); // a text each

    BatchValues(Batch batch, Positions logits, int vocabulary) {
        this.batch = batch;
        this.logits = logits;
        this.vocabulary = vocabulary;
    }

    /** Adds the values of the next text. */
    void add(Site site, FloatBuffer found) {
        List<FloatBuffer> texts = values.computeIfAbsent(site, s -> new ArrayList<>());
        int length = batch.length(texts.size());
        boolean scores = site.point() == HookPoint.LOGITS;
        if (found.remaining() == 0 || found.remaining() % (scores ? vocabulary : length) != 0) {
            throw new CaptureException(
                    site + " came out as " + found.remaining() + " values, which do not fit " + length + " tokens.");
        }
        texts.add(scores ? scored(found, length) : found);
    }

    /** The rows of the scored positions, out of those of all positions or of the last one alone. */
    private FloatBuffer scored(FloatBuffer found, int length) {
        int rows = found.remaining() / vocabulary;
        int first = logits.first(length) - (length - rows);
        if (first < 0) {
            throw new BadRequestException("This model gives logits for the last " + (rows == 1 ? "" : rows + " ")
                    + "position only, and those of positions " + logits + " were asked for.");
        }
        return found.slice(first * vocabulary, logits.count(length) * vocabulary);
    }

    /** The values of all texts. */
    Activations together() {
        Map<Site, FloatBuffer> together = new LinkedHashMap<>();
        values.forEach((site, texts) -> together.put(site, texts.size() == 1 ? texts.get(0) : together(site, texts)));
        return new Activations(batch, logits, together, () -> {});
    }

    private FloatBuffer together(Site site, List<FloatBuffer> texts) {
        if (site.point() == HookPoint.LOGITS) {
            FloatBuffer all = FloatBuffer.allocate(
                    texts.stream().mapToInt(FloatBuffer::remaining).reduce(0, Math::addExact));
            texts.forEach(all::put);
            return all.flip();
        }
        boolean pattern = site.point() == HookPoint.ATTENTION_PATTERN;
        int filled = batch.length();
        int perToken = texts.get(0).remaining() / batch.length(0); // [row], or for patterns [heads, tokens]
        int matrices = pattern ? perToken / batch.length(0) : 1;
        int row = pattern ? filled : perToken;
        FloatBuffer all = FloatBuffer.allocate(Math.multiplyExact(texts.size() * matrices * filled, row));
        for (int text = 0; text < texts.size(); text++) {
            int length = batch.length(text);
            int from = pattern ? length : row; // how long a row is in the text's own values
            for (int matrix = 0; matrix < matrices; matrix++) {
                for (int token = 0; token < length; token++) {
                    all.put(
                            ((text * matrices + matrix) * filled + token) * row,
                            texts.get(text),
                            (matrix * length + token) * from,
                            from);
                }
            }
        }
        return all;
    }
}
