package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.HeadPatterns;
import io.github.residual4j.analysis.HeadScores;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Token;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;

/** Where each attention head looks. */
public final class AttentionHeads {
    private AttentionHeads() {}

    /**
     * Finds {@link HeadPatterns}.
     *
     * @param patterns of one block or more, {@code [1, heads, tokens, attended]} by block
     * @param keys all positions of the session
     * @param view tells which positions ask
     */
    public static HeadPatterns of(SortedMap<Integer, FloatTensor> patterns, List<Token> keys, StreamView view) {
        requireAllPositions(keys);
        int[] queries = view.tokens().stream()
                .mapToInt(Token::position)
                .filter(q -> q > 0)
                .toArray();
        int headCount = headCount(patterns);
        double[][][] mean = new double[4][patterns.size()][headCount];
        List<Integer> blocks = List.copyOf(patterns.keySet());
        for (int l = 0; l < blocks.size(); l++) {
            FloatTensor pattern = patterns.get(blocks.get(l));
            FloatBuffer values = pattern.asBuffer();
            int attended = pattern.shape()[3];
            for (int h = 0; h < headCount; h++) {
                double[] sums = new double[4];
                for (int q : queries) {
                    int row = (h * keys.size() + q) * attended;
                    for (int k = 0; k < attended; k++) {
                        double p = values.get(row + k);
                        sums[0] -= p == 0 ? 0 : p * StrictMath.log(p);
                    }
                    sums[1] += values.get(row);
                    sums[2] += values.get(row + q - 1);
                    sums[3] += values.get(row + q);
                }
                for (int i = 0; i < sums.length; i++) {
                    mean[i][l][h] = sums[i] / queries.length;
                }
            }
        }
        Axis labels = blockAxis(blocks);
        Axis heads = headAxis(headCount);
        return new HeadPatterns(
                view.view(),
                List.of(
                        Measure.of("entropy", "nats", labels, heads, mean[0]),
                        Measure.of("first_position", "", labels, heads, mean[1]),
                        Measure.of("previous_token", "", labels, heads, mean[2]),
                        Measure.of("self", "", labels, heads, mean[3])));
    }

    /**
     * Finds {@link HeadScores}.
     *
     * @param patterns of one block or more, {@code [1, heads, tokens, attended]} by block
     * @param keys all positions of the session, with their ids
     * @param view what the session is called
     */
    public static HeadScores scores(SortedMap<Integer, FloatTensor> patterns, List<Token> keys, StreamView view) {
        requireAllPositions(keys);
        long[] ids = keys.stream().mapToLong(token -> token.id().orElseThrow()).toArray();
        int headCount = headCount(patterns);
        List<Integer> blocks = List.copyOf(patterns.keySet());
        double[][][] shares = new double[3][blocks.size()][headCount];
        for (int l = 0; l < blocks.size(); l++) {
            FloatTensor pattern = patterns.get(blocks.get(l));
            FloatBuffer values = pattern.asBuffer();
            int attended = pattern.shape()[3];
            for (int h = 0; h < headCount; h++) {
                double[] sums = new double[3];
                double all = 0;
                for (int q = 0; q < ids.length; q++) {
                    for (int k = 0; k <= q; k++) {
                        double share = values.get((h * ids.length + q) * attended + k);
                        all += share;
                        sums[0] += k == q - 1 ? share : 0;
                        sums[1] += k < q && ids[k] == ids[q] ? share : 0;
                        sums[2] += k > 0 && ids[k - 1] == ids[q] ? share : 0;
                    }
                }
                for (int i = 0; i < sums.length; i++) {
                    shares[i][l][h] = sums[i] / all;
                }
            }
        }
        Axis labels = blockAxis(blocks);
        Axis heads = headAxis(headCount);
        return new HeadScores(
                view.view(),
                List.of(
                        Measure.of("previous_token", "", labels, heads, shares[0]),
                        Measure.of("duplicate_token", "", labels, heads, shares[1]),
                        Measure.of("induction", "", labels, heads, shares[2])));
    }

    private static Axis blockAxis(List<Integer> blocks) {
        return new Axis("block", blocks.stream().map(block -> "L" + block).toList());
    }

    private static Axis headAxis(int count) {
        return new Axis("head", IntStream.range(0, count).mapToObj(h -> "H" + h).toList());
    }

    private static void requireAllPositions(List<Token> keys) {
        for (int t = 0; t < keys.size(); t++) {
            if (keys.get(t).position() != t) {
                throw new BadRequestException(
                        "Attention can be measured only over all positions of a text, and position " + t
                                + " is missing from this session.");
            }
        }
    }

    private static int headCount(SortedMap<Integer, FloatTensor> patterns) {
        int first = patterns.get(patterns.firstKey()).shape()[1];
        patterns.forEach((block, pattern) -> {
            if (pattern.shape()[1] != first) {
                throw new BadRequestException("Block " + block + " has attention patterns of " + pattern.shape()[1]
                        + " heads, but block " + patterns.firstKey() + " of " + first + ".");
            }
        });
        return first;
    }
}
