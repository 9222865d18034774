package io.github.residual4j.internal.measure;

import io.github.residual4j.analysis.Axis;
import io.github.residual4j.analysis.HeadPatterns;
import io.github.residual4j.analysis.Measure;
import io.github.residual4j.error.BadRequestException;
import io.github.residual4j.hook.FloatTensor;
import io.github.residual4j.hook.Token;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** Where each attention head looks. */
public final class AttentionHeads {
    private AttentionHeads() {}

    /**
     * Finds {@link HeadPatterns}.
     *
     * @param patterns {@code [blocks, heads, tokens, tokens]}
     * @param keys all positions of the session
     * @param view tells which positions ask
     */
    public static HeadPatterns of(FloatTensor patterns, List<Token> keys, StreamView view) {
        for (int t = 0; t < keys.size(); t++) {
            if (keys.get(t).position() != t) {
                throw new BadRequestException(
                        "Attention can be measured only over all positions of a text, and position " + t
                                + " is missing from this session.");
            }
        }
        int[] queries = view.tokens().stream()
                .mapToInt(Token::position)
                .filter(q -> q > 0)
                .toArray();
        int[] shape = patterns.shape(); // [blocks, heads, queries, keys]
        int tokens = shape[2];
        double[][][] mean = new double[4][shape[0]][shape[1]];
        FloatBuffer values = patterns.asBuffer();
        for (int l = 0; l < shape[0]; l++) {
            for (int h = 0; h < shape[1]; h++) {
                double[] sums = new double[4];
                for (int q : queries) {
                    int row = ((l * shape[1] + h) * tokens + q) * tokens;
                    for (int k = 0; k < tokens; k++) {
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
        Axis blocks = labels("block", "L", shape[0]);
        Axis heads = labels("head", "H", shape[1]);
        return new HeadPatterns(
                view.view(),
                List.of(
                        Measure.of("entropy", "nats", blocks, heads, mean[0]),
                        Measure.of("first_position", "", blocks, heads, mean[1]),
                        Measure.of("previous_token", "", blocks, heads, mean[2]),
                        Measure.of("self", "", blocks, heads, mean[3])));
    }

    private static Axis labels(String name, String prefix, int count) {
        return new Axis(
                name, IntStream.range(0, count).mapToObj(i -> prefix + i).toList());
    }
}
