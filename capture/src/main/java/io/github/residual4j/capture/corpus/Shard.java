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

    private final List<String> points;
    private final int width;
    private final FloatType type;
    private final List<FloatBuffer> states = new ArrayList<>(); // one for each point, [rows × width]
    private final long[] texts;
    private final long[] positions;
    private final long[] ids;
    private int rows;

    Shard(List<String> points, int width, StoredType type, int rows) {
        this.points = points;
        this.width = width;
        this.type = type.type();
        for (int p = 0; p < points.size(); p++) {
            states.add(FloatBuffer.allocate(Math.multiplyExact(rows, width)));
        }
        texts = new long[rows];
        positions = new long[rows];
        ids = new long[rows];
    }

    /** The name of the file of a shard, counted from 0. */
    static String fileName(int number) {
        return String.format(Locale.ROOT, "activations-%05d.safetensors", number);
    }

    /**
     * Takes in the state of a window's token.
     *
     * @param places where the points are in the session
     */
    void add(CorpusWindow window, int token, ActivationSession session, int[] places) {
        texts[rows] = window.text();
        positions[rows] = window.begin() + token;
        ids[rows] = window.ids()[token];
        for (int p = 0; p < places.length; p++) {
            states.get(p).put(session.state(places[p]).slice(token * width, width));
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
            writer.floats(points.get(p), type, values, rows, width);
        }
        writer.longs(TEXT, texts, rows).longs(POSITION, positions, rows).longs(TOKEN_ID, ids, rows);
        StagedFile.replace(folder.resolve(fileName(number)), writer::writeTo);
    }

    private void requireInRange(String point, FloatBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            if (type.overflows(values.get(i))) {
                int row = i / width;
                throw new BadRequestException("Text " + texts[row] + " has " + values.get(i) + " at " + point
                        + ", position " + positions[row] + ", dimension " + i % width + ", which " + type
                        + " cannot hold; store BF16 or F32.");
            }
        }
    }
}
