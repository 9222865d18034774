package io.github.residual4j.capture.corpus;

import io.github.residual4j.error.BadRequestException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run keeps of the states it sees. Immutable: each method returns a changed copy. Without more being said, the
 * states of every token are kept, in shards of up to 128 MB.
 */
public final class StoreOptions {
    private static final long SHARD_BYTES = 128_000_000;

    private final StoredType type;
    private final long shardBytes;
    private final boolean lastOnly;
    private final double share;
    private final long seed;

    private StoreOptions(StoredType type, long shardBytes, boolean lastOnly, double share, long seed) {
        this.type = type;
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
        return new StoreOptions(BadRequestException.requireGiven(type, "type"), SHARD_BYTES, false, 1, 0);
    }

    /** {@return the same, keeping the last token of each text only} */
    public StoreOptions lastPosition() {
        return new StoreOptions(type, shardBytes, true, share, seed);
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
        return new StoreOptions(type, shardBytes, lastOnly, newShare, newSeed);
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
        return new StoreOptions(type, bytes, lastOnly, share, seed);
    }

    StoredType type() {
        return type;
    }

    /** How many rows a shard takes. */
    int rowsPerShard(int points, int width) {
        return (int) Math.min(
                Integer.MAX_VALUE,
                shardBytes / ((long) points * width * type.type().bytes()));
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
        settings.put("shard_bytes", String.valueOf(shardBytes));
        settings.put("stored_positions", lastOnly ? "last" : "all");
        settings.put("sample", share == 1 ? "none" : share + " with seed " + seed);
        return settings;
    }
}
