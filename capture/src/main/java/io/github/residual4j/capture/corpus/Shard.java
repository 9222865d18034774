package io.github.residual4j.capture.corpus;

import io.github.residual4j.ActivationSession;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.internal.io.FloatType;
import io.github.residual4j.internal.io.SafetensorsWriter;
import io.github.residual4j.internal.io.StagedFile;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** States on their way into one file of an {@link ActivationStore}. */
final class Shard {
    static final String TEXT = "text";
    static final String POSITION = "position";
    static final String TOKEN_ID = "token_id";

    private final int number;
    private final List<StoredPoint> points;
    private final StoreOptions options;
    private final FloatType type;
    private final List<float[]> states = new ArrayList<>(); // one for each point, [rows or more × its width]
    private final List<StoredToken> tokens = new ArrayList<>(); // one for each row

    /** @param number counted from 0 */
    Shard(int number, List<StoredPoint> points, StoreOptions options) {
        this.number = number;
        this.points = points;
        this.options = options;
        type = options.type().type();
        points.forEach(point -> states.add(new float[0]));
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
        int row = tokens.size();
        tokens.add(new StoredToken(window.text(), window.begin() + token, window.ids()[token], number, row));
        for (int p = 0; p < points.size(); p++) {
            int width = points.get(p).width();
            states.set(p, withRoom(states.get(p), Math.multiplyExact(row + 1, width)));
            values.get(p).get(token * width, states.get(p), row * width, width);
        }
    }

    private static float[] withRoom(float[] values, int needed) {
        return needed <= values.length
                ? values
                : Arrays.copyOf(values, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * values.length)));
    }

    /** How many tokens were taken in. */
    int rows() {
        return tokens.size();
    }

    /** Writes the file, whole or not at all. */
    void save(Path folder) {
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata("format", "residual4j activations")
                .metadata("shard", String.valueOf(number));
        for (int p = 0; p < points.size(); p++) {
            int width = points.get(p).width();
            FloatBuffer values = FloatBuffer.wrap(states.get(p), 0, rows() * width);
            requireInRange(points.get(p), values);
            writer.floats(points.get(p).name(), type, values, rows(), width);
        }
        writer.longs(TEXT, numbers(StoredToken::text), rows())
                .longs(POSITION, numbers(StoredToken::position), rows())
                .longs(TOKEN_ID, numbers(StoredToken::tokenId), rows());
        StagedFile.replace(folder.resolve(fileName(number)), writer::writeTo);
    }

    private long[] numbers(ToLongFunction<StoredToken> which) {
        return tokens.stream().mapToLong(which).toArray();
    }

    private void requireInRange(StoredPoint point, FloatBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            if (type.overflows(values.get(i))) {
                StoredToken token = tokens.get(i / point.width());
                throw new BadRequestException("Text " + token.text() + " has " + values.get(i) + " at " + point.name()
                        + ", position " + token.position() + ", dimension " + i % point.width() + ", which " + type
                        + " cannot hold; store BF16 or F32.");
            }
        }
    }
}
