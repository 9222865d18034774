package io.github.residual4j;

import io.github.residual4j.hook.FloatTensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The tokens a model finds likely to come next, from its logits. */
final class NextTokens {
    private NextTokens() {}

    /** The softmax of the last row of {@code [1, tokens, vocabulary]}, the likeliest first, equal ones by id. */
    static List<TokenProbability> mostProbable(FloatTensor logits, Map<Long, String> tokenTexts, int count) {
        int vocabulary = logits.shape()[2];
        int from = logits.size() - vocabulary;
        FloatBuffer all = logits.asBuffer();
        double max = Double.NEGATIVE_INFINITY;
        for (int v = 0; v < vocabulary; v++) {
            max = Math.max(max, all.get(from + v));
        }
        double sum = 0;
        for (int v = 0; v < vocabulary; v++) {
            sum += StrictMath.exp(all.get(from + v) - max);
        }
        double top = max;
        double total = sum;
        return IntStream.range(0, vocabulary)
                .boxed()
                .sorted((a, b) -> Float.compare(all.get(from + b), all.get(from + a)))
                .limit(count)
                .map(v -> new TokenProbability(
                        v,
                        Optional.ofNullable(tokenTexts.get((long) v)),
                        all.get(from + v),
                        StrictMath.exp(all.get(from + v) - top) / total))
                .toList();
    }
}
