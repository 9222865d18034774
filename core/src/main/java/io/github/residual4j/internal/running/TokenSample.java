package io.github.residual4j.internal.running;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A sample of the tokens taken in, with their states at every point: those of the lowest rank (bottom-k sampling; Cohen
 * and Kaplan 2007, Summarizing Data Using Bottom-k Sketches). A rank is hashed from the token's number and from what its
 * session holds last, so each token is as likely as any other, and the same tokens taken in the same way give the same
 * sample.
 */
public final class TokenSample {
    /** A token of the sample; {@code states} are {@code [points × width]}. */
    private record Drawn(long rank, float[] states) {}

    private static final Comparator<Drawn> BY_RANK = Comparator.comparingLong(Drawn::rank);

    private final int capacity;
    private final int points;
    private final int width;
    private final PriorityQueue<Drawn> drawn = new PriorityQueue<>(BY_RANK.reversed()); // the first to leave is first
    private long tokens;

    /** @param capacity how many tokens are kept at most */
    public TokenSample(int capacity, int points, int width) {
        this.capacity = capacity;
        this.points = points;
        this.width = width;
    }

    /**
     * One that continues from what another kept.
     *
     * @param tokens how many were taken in
     * @param ranks of the tokens kept
     * @param states theirs, {@code [points][tokens × width]}
     */
    public static TokenSample of(int capacity, int width, long tokens, long[] ranks, float[][] states) {
        TokenSample sample = new TokenSample(capacity, states.length, width);
        sample.tokens = tokens;
        for (int token = 0; token < ranks.length; token++) {
            sample.offer(new Drawn(ranks[token], row(states, token * width, width)));
        }
        return sample;
    }

    /**
     * Takes in {@code rows} tokens.
     *
     * @param states {@code [points][…]}, each with the tokens one after the other from {@code from} on
     */
    public void add(float[][] states, int from, int rows) {
        long session = hash(states[points - 1], from + (rows - 1) * width);
        for (int row = 0; row < rows; row++) {
            long rank = mix(session + tokens);
            tokens++;
            if (drawn.size() < capacity || rank < lowestLeft()) {
                offer(new Drawn(rank, row(states, from + row * width, width)));
            }
        }
    }

    private long lowestLeft() {
        Drawn last = drawn.peek();
        return last == null ? Long.MAX_VALUE : last.rank();
    }

    private void offer(Drawn one) {
        drawn.add(one);
        if (drawn.size() > capacity) {
            drawn.remove();
        }
    }

    /** Takes in all that another took in. */
    public void add(TokenSample other) {
        other.inOrder().forEach(this::offer);
        tokens += other.tokens;
    }

    private static float[] row(float[][] states, int from, int width) {
        float[] row = new float[states.length * width];
        for (int p = 0; p < states.length; p++) {
            System.arraycopy(states[p], from, row, p * width, width);
        }
        return row;
    }

    /** Of the bits of one state. */
    private long hash(float[] states, int from) {
        long hash = 0;
        for (int d = 0; d < width; d++) {
            hash = mix(hash + Float.floatToIntBits(states[from + d]));
        }
        return hash;
    }

    /** The finalizer of splitmix64 (Steele, Lea and Flood 2014). */
    private static long mix(long x) {
        long z = x + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private List<Drawn> inOrder() {
        List<Drawn> sorted = new ArrayList<>(drawn);
        sorted.sort(BY_RANK);
        return sorted;
    }

    /** How many tokens are kept at most. */
    public int capacity() {
        return capacity;
    }

    /** How many tokens are kept. */
    public int size() {
        return drawn.size();
    }

    /** How many tokens were taken in. */
    public long tokens() {
        return tokens;
    }

    /** The ranks of the tokens kept, ascending. */
    public long[] ranks() {
        return inOrder().stream().mapToLong(Drawn::rank).toArray();
    }

    /** A point's states of the tokens kept, {@code [tokens × width]}, in the order of their ranks. */
    public float[] states(int point) {
        float[] states = new float[drawn.size() * width];
        int at = 0;
        for (Drawn one : inOrder()) {
            System.arraycopy(one.states(), point * width, states, at, width);
            at += width;
        }
        return states;
    }

    /**
     * Quantiles of each dimension of a point, over the tokens kept whose value there is finite, interpolated linearly
     * between the two values next to each (Hyndman and Fan 1996, type 7).
     *
     * @param shares from 0, the smallest value, to 1, the largest
     * @return {@code [width][shares]}; NaN where no value is finite
     */
    public double[][] quantiles(int point, double[] shares) {
        float[] states = states(point);
        double[][] quantiles = new double[width][];
        for (int d = 0; d < width; d++) {
            quantiles[d] = quantiles(sorted(states, d), shares);
        }
        return quantiles;
    }

    private float[] sorted(float[] states, int dimension) {
        float[] values = new float[drawn.size()];
        int finite = 0;
        for (int at = dimension; at < states.length; at += width) {
            if (Float.isFinite(states[at])) {
                values[finite++] = states[at];
            }
        }
        float[] found = Arrays.copyOf(values, finite);
        Arrays.sort(found);
        return found;
    }

    private static double[] quantiles(float[] sorted, double[] shares) {
        double[] quantiles = new double[shares.length];
        for (int q = 0; q < shares.length; q++) {
            double place = shares[q] * (sorted.length - 1);
            int below = (int) place;
            quantiles[q] = sorted.length == 0
                    ? Double.NaN
                    : sorted[below]
                            + (place - below)
                                    * ((double) sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
        }
        return quantiles;
    }
}
