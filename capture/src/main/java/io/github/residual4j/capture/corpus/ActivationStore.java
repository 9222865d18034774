package io.github.residual4j.capture.corpus;

import io.github.residual4j.error.BadFileException;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.internal.io.SafetensorsEntry;
import io.github.residual4j.internal.io.SafetensorsFile;
import io.github.residual4j.internal.text.Counted;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * States that a {@link CorpusRun} kept: a row for each token at each point, in the order of the texts. Shards are
 * mapped into memory when they are asked for, so a store may be larger than memory.
 *
 * <pre>{@code
 * ActivationStore store = ActivationStore.open(Path.of("corpus/activations"));
 * float[] state = store.vector("blocks.3.resid_post", 12_345);
 * StoredToken token = store.token(12_345);      // which text, position and id
 * }</pre>
 *
 * <p>Each shard is a safetensors file, which Python reads by {@code safetensors.numpy.load_file}: for each point its
 * values {@code [rows, width]}, and {@code text}, {@code position} and {@code token_id}, int64 {@code [rows]}. {@code
 * index.json} names the points with the width of each and the shards with their rows; it is written last. Safe to share
 * between threads.
 */
public final class ActivationStore {
    private final Path folder;
    private final StoreIndex index;
    private final long[] begins; // the first row of each shard, and of none after the last
    private final Map<Integer, SafetensorsFile> open = new HashMap<>(); // guarded by itself
    private final Map<String, ByteBuffer> mapped = new HashMap<>(); // by shard and array; guarded by open

    private ActivationStore(Path folder, StoreIndex index) {
        this.folder = folder;
        this.index = index;
        begins = new long[index.shards().size() + 1];
        for (int shard = 0; shard < index.shards().size(); shard++) {
            begins[shard + 1] = begins[shard] + index.shards().get(shard);
        }
    }

    /**
     * Opens a store.
     *
     * @param folder the folder {@code activations} in the one that a run wrote
     * @return the store
     * @throws BadFileException if it holds no store, or one that is not finished
     */
    public static ActivationStore open(Path folder) {
        return new ActivationStore(folder, StoreIndex.load(BadRequestException.requireGiven(folder, "folder")));
    }

    /** {@return the names of the points kept} */
    public List<String> points() {
        return index.points();
    }

    /**
     * {@return how many values a row of every point has, as those of the stream do}
     *
     * @throws BadRequestException if they differ
     */
    public int width() {
        if (widths().size() > 1) {
            throw new BadRequestException(
                    "The store's points are " + index.widths() + " wide; ask for the width of one.");
        }
        return widths().first();
    }

    /**
     * {@return how many values a row of a point has}
     *
     * @param point the point's name
     * @throws BadRequestException if there is no such point
     */
    public int width(String point) {
        Integer width = index.widths().get(BadRequestException.requireGiven(point, "point's name"));
        if (width == null) {
            throw new BadRequestException("\"" + point + "\" is not kept; the store has " + points() + ".");
        }
        return width;
    }

    /** Those that occur. */
    private SortedSet<Integer> widths() {
        return new TreeSet<>(index.widths().values());
    }

    /** {@return how many tokens there are, each a row} */
    public long rows() {
        return begins[begins.length - 1];
    }

    /** {@return how many shards there are} */
    public int shards() {
        return index.shards().size();
    }

    /** {@return how values are kept} */
    public StoredType type() {
        return index.type();
    }

    /** {@return the name of the model whose states they are} */
    public String modelName() {
        return index.model();
    }

    /** {@return the SHA-256 of the model's weights} */
    public String modelSha256() {
        return index.modelSha256();
    }

    /**
     * {@return which token a row is of}
     *
     * @param row counted from 0, over all shards
     * @throws BadRequestException if there is no such row
     * @throws BadFileException if its shard is missing or damaged
     */
    public StoredToken token(long row) {
        int shard = shardOf(row);
        int at = (int) (row - begins[shard]);
        return new StoredToken(
                bytes(shard, Shard.TEXT).getLong(Long.BYTES * at),
                bytes(shard, Shard.POSITION).getLong(Long.BYTES * at),
                bytes(shard, Shard.TOKEN_ID).getLong(Long.BYTES * at),
                shard,
                at);
    }

    /** {@return the tokens of all rows, in order, read as they are taken} */
    public Stream<StoredToken> tokens() {
        return LongStream.range(0, rows()).mapToObj(this::token);
    }

    /**
     * {@return the values of a row, {@code [width]}}
     *
     * @param point the point's name
     * @param row counted from 0, over all shards
     * @throws BadRequestException if there is no such point or row
     * @throws BadFileException if its shard is missing or damaged
     */
    public float[] vector(String point, long row) {
        int width = width(point);
        int shard = shardOf(row);
        int from = (int) (row - begins[shard]) * width;
        ByteBuffer bytes = bytes(shard, point);
        float[] state = new float[width];
        for (int d = 0; d < state.length; d++) {
            state[d] = index.type().type().decode(bytes, from + d);
        }
        return state;
    }

    /**
     * {@return the values of a shard, {@code [rows, width]}}
     *
     * @param point the point's name
     * @param shard counted from 0
     * @throws BadRequestException if there is no such point or shard
     * @throws BadFileException if it is missing or damaged
     */
    public FloatTensor states(String point, int shard) {
        int width = width(point);
        if (shard < 0 || shard >= shards()) {
            throw new BadRequestException("There is no shard " + shard + "; the store has " + shards() + ".");
        }
        ByteBuffer bytes = bytes(shard, point);
        int rows = index.shards().get(shard).intValue();
        return FloatTensor.filled(
                values -> {
                    for (int i = 0; i < rows * width; i++) {
                        values.put(index.type().type().decode(bytes, i));
                    }
                },
                rows,
                width);
    }

    private int shardOf(long row) {
        if (row < 0 || row >= rows()) {
            throw new BadRequestException("There is no row " + row + "; the store has " + rows() + ".");
        }
        int shard = 0;
        while (row >= begins[shard + 1]) {
            shard++;
        }
        return shard;
    }

    /** An array of a shard, mapped once. */
    private ByteBuffer bytes(int shard, String array) {
        synchronized (open) {
            return mapped.computeIfAbsent(shard + " " + array, key -> {
                SafetensorsFile file = open.computeIfAbsent(
                        shard, number -> SafetensorsFile.open(folder.resolve(Shard.fileName(number))));
                requireShape(file, shard, array);
                return file.bytes(array);
            });
        }
    }

    private void requireShape(SafetensorsFile file, int shard, String array) {
        boolean states = index.widths().containsKey(array);
        long rows = index.shards().get(shard);
        List<Long> shape = states ? List.of(rows, (long) width(array)) : List.of(rows);
        String type = states ? index.type().name() : "I64";
        SafetensorsEntry entry = file.entries().get(array);
        if (entry == null || !entry.shape().equals(shape) || !entry.type().equals(type)) {
            throw new BadFileException(
                    file.path(),
                    "array \"" + array + "\" is " + (entry == null ? "missing" : entry.type() + " " + entry.shape())
                            + "; the store's index says " + type + " " + shape + ".");
        }
    }

    @Override
    public String toString() {
        String widths = widths().stream().map(String::valueOf).collect(Collectors.joining(" or "));
        return Counted.of(rows(), "token") + " at " + Counted.of(points().size(), "point") + " of " + index.model()
                + ", width " + widths + ", as " + index.type() + " in "
                + Counted.of(shards(), "shard");
    }
}
