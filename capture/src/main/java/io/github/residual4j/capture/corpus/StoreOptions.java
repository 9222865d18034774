package io.github.residual4j.capture.corpus;

import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.HookKey;
import io.github.residual4j.hook.HookPoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a run keeps of the states it sees. Immutable: each method returns a changed copy. Without more being said, the
 * states of every token are kept at the points of the stream that the run looks at, in shards of up to 128 MB.
 */
public final class StoreOptions {
    private static final long SHARD_BYTES = 128_000_000;

    private final StoredType type;
    private final List<HookKey> points; // none: those of the stream that the run looks at
    private final long shardBytes;
    private final boolean lastOnly;
    private final double share;
    private final long seed;

    private StoreOptions(
            StoredType type, List<HookKey> points, long shardBytes, boolean lastOnly, double share, long seed) {
        this.type = type;
        this.points = points;
        this.shardBytes = shardBytes;
        this.lastOnly = lastOnly;
        this.share = share;
        this.seed = seed;
    }

    /**
     * {@return options that keep every token}
     *
     * @param type how values are kept
     */
    public static StoreOptions of(StoredType type) {
        return new StoreOptions(BadRequestException.requireGiven(type, "type"), List.of(), SHARD_BYTES, false, 1, 0);
    }

    /**
     * {@return the same, keeping the values of these points, of the stream or not} Each has a row for each token, of a
     * width of its own: neurons of an MLP are as many as it has, and {@code q}, {@code k}, {@code v} and {@code z} have
     * the dimensions of all heads one after the other. Statistics are those of the stream all the same.
     *
     * @param names names of {@link HookPoint}s, such as {@code blocks.3.mlp.post}, or TransformerLens's for them; kept
     *     under the former, in the order in which a model computes them
     * @throws BadRequestException if there is none, no hook point is called that, or it has no row for each token:
     *     attention's scores and patterns; nor can logits be kept, whose rows are as long as the vocabulary
     */
    public StoreOptions at(String... names) {
        BadRequestException.requireGiven(names, "list of names");
        if (names.length == 0) {
            throw new BadRequestException("No point to store is named; name one such as blocks.3.mlp.post.");
        }
        SortedSet<HookKey> keys = new TreeSet<>();
        for (String name : names) {
            HookKey key = HookKey.parse(name).kept();
            StoredPoint.refusal(key.point()).ifPresent(reason -> {
                throw new BadRequestException("\"" + name + "\" cannot be stored: it " + reason + ".");
            });
            keys.add(key);
        }
        return new StoreOptions(type, List.copyOf(keys), shardBytes, lastOnly, share, seed);
    }

    /** {@return the same, keeping the last token of each text only} */
    public StoreOptions lastPosition() {
        return new StoreOptions(type, points, shardBytes, true, share, seed);
    }

    /**
     * {@return the same, keeping a sample of the tokens} Whether a token is in it depends on the seed, its text's number
     * and its position alone.
     *
     * @param newShare the share of the tokens that are kept, above 0 and at most 1
     * @param newSeed which ones
     * @throws BadRequestException if the share lies outside
     */
    public StoreOptions sample(double newShare, long newSeed) {
        if (!(newShare > 0 && newShare <= 1)) {
            throw new BadRequestException("A sample is a share above 0 and at most 1, not " + newShare + ".");
        }
        return new StoreOptions(type, points, shardBytes, lastOnly, newShare, newSeed);
    }

    /**
     * {@return the same with shards of another size} A shard is held in memory until it is written.
     *
     * @param bytes how many bytes the states of a shard take at most, from 1 to 1,000,000,000
     * @throws BadRequestException if it lies outside
     */
    public StoreOptions shardBytes(long bytes) {
        if (bytes < 1 || bytes > 1_000_000_000) {
            throw new BadRequestException("A shard takes 1 to 1000000000 bytes, not " + bytes + ".");
        }
        return new StoreOptions(type, points, bytes, lastOnly, share, seed);
    }

    StoredType type() {
        return type;
    }

    /** The points that are kept; none: those of the stream that the run looks at. */
    List<HookKey> points() {
        return points;
    }

    /** How many bytes the values of a token take. */
    long rowBytes(List<StoredPoint> kept) {
        return type.type().bytes() * kept.stream().mapToLong(StoredPoint::width).sum();
    }

    long shardBytes() {
        return shardBytes;
    }

    /** Whether a window's token is kept. */
    boolean keeps(CorpusWindow window, int token) {
        boolean last = window.last() && token == window.ids().length - 1;
        return token >= window.firstNew()
                && (!lastOnly || last)
                && (share == 1 || uniform(window.text(), window.begin() + token) < share);
    }

    /** A number in [0, 1) for a token, from the finalizer of splitmix64 (Steele, Lea and Flood 2014), mixed in turn. */
    private double uniform(long text, long position) {
        return (mix(mix(mix(seed) + text) + position) >>> 11) * 0x1p-53;
    }

    private static long mix(long x) {
        long z = x + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** By name, what a run is told apart by. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("stored_type", type.name());
        if (!points.isEmpty()) {
            settings.put("stored_points", points.stream().map(HookKey::name).collect(Collectors.joining(", ")));
        }
        settings.put("shard_bytes", String.valueOf(shardBytes));
        settings.put("stored_positions", lastOnly ? "last" : "all");
        settings.put("sample", share == 1 ? "none" : share + " with seed " + seed);
        return settings;
    }
}
