package io.github.residual4j.capture.corpus;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.SafetensorsWriter;
import io.github.residual4j.internal.io.StagedFile;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** States on their way into one file of an {@link ActivationStore}. */
final class Shard {
    static final String TEXT = "text";
    static final String POSITION = "position";
    static final String TOKEN_ID = "token_id";

    private final List<StoredPoint> points;
    private final StoreOptions options;
    private final FloatType type;
    private final List<FloatBuffer> states = new ArrayList<>(); // one for each point, [rows × its width]
    private final long[] texts;
    private final long[] positions;
    private final long[] ids;
    private int rows;

    Shard(List<StoredPoint> points, StoreOptions options, int rows) {
        this.points = points;
        this.options = options;
        type = options.type().type();
        for (StoredPoint point : points) {
            states.add(FloatBuffer.allocate(Math.multiplyExact(rows, point.width())));
        }
        texts = new long[rows];
        positions = new long[rows];
        ids = new long[rows];
    }

    /** The name of the file of a shard, counted from 0. */
    static String fileName(int number) {
        return String.format(Locale.ROOT, "activations-%05d.safetensors", number);
    }

    /** Takes in those tokens of a window that are kept. */
    void add(CorpusWindow window, ActivationSession session) {
        List<FloatBuffer> values =
                points.stream().map(point -> point.in(session)).toList();
        for (int token = 0; token < window.ids().length; token++) {
            if (options.keeps(window, token)) {
                add(window, token, values);
            }
        }
    }

    private void add(CorpusWindow window, int token, List<FloatBuffer> values) {
        texts[rows] = window.text();
        positions[rows] = window.begin() + token;
        ids[rows] = window.ids()[token];
        for (int p = 0; p < points.size(); p++) {
            int width = points.get(p).width();
            states.get(p).put(values.get(p).slice(token * width, width));
        }
        rows++;
    }

    /** How many tokens were taken in. */
    int rows() {
        return rows;
    }

    /** Writes the file, whole or not at all. */
    void save(Path folder, int number) {
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata("format", "residual4j activations")
                .metadata("shard", String.valueOf(number));
        for (int p = 0; p < points.size(); p++) {
            FloatBuffer values = states.get(p).flip();
            requireInRange(points.get(p), values);
            writer.floats(
                    points.get(p).name(), type, values, rows, points.get(p).width());
        }
        writer.longs(TEXT, texts, rows).longs(POSITION, positions, rows).longs(TOKEN_ID, ids, rows);
        StagedFile.replace(folder.resolve(fileName(number)), writer::writeTo);
    }

    private void requireInRange(StoredPoint point, FloatBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            if (type.overflows(values.get(i))) {
                int row = i / point.width();
                throw new BadRequestException("Text " + texts[row] + " has " + values.get(i) + " at " + point.name()
                        + ", position " + positions[row] + ", dimension " + i % point.width() + ", which " + type
                        + " cannot hold; store BF16 or F32.");
            }
        }
    }
}
