package io.github.residual4j.capture.internal.generate;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * How the next token is chosen, in transformers' conventions and order: repetition penalty, temperature, top-k, top-p.
 *
 * @param temperature what scores are divided by; 0 for always the likeliest
 * @param topK how many of the likeliest are kept, with all that equal the last of them; 0 for all
 * @param topP how much of the probability is kept, the likeliest first, at least one token; 1 for all
 * @param repetitionPenalty what positive scores of tokens that occurred are divided by, and negative ones multiplied with;
 *     1 for no change
 */
public record Sampling(double temperature, int topK, double topP, double repetitionPenalty) {
    /** Always the likeliest token. */
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 1);

    /** Whether nothing is left to chance. */
    public boolean isGreedy() {
        return temperature == 0;
    }

    /**
     * The scores after the processors; minus infinity for tokens that are left out.
     *
     * @param logits {@code [vocabulary]}
     * @param ids the text so far
     */
    double[] scores(float[] logits, long[] ids) {
        double[] scores = new double[logits.length];
        for (int id = 0; id < scores.length; id++) {
            scores[id] = logits[id];
        }
        if (repetitionPenalty != 1) {
            Set<Long> occurred = new HashSet<>();
            for (long id : ids) {
                if (occurred.add(id)) {
                    double score = scores[(int) id];
                    scores[(int) id] = score < 0 ? score * repetitionPenalty : score / repetitionPenalty;
                }
            }
        }
        if (isGreedy()) {
            return scores;
        }
        for (int id = 0; id < scores.length; id++) {
            scores[id] /= temperature;
        }
        if (topK > 0 && topK < scores.length) {
            double[] sorted = scores.clone();
            Arrays.sort(sorted);
            double last = sorted[sorted.length - topK];
            for (int id = 0; id < scores.length; id++) {
                scores[id] = scores[id] < last ? Double.NEGATIVE_INFINITY : scores[id];
            }
        }
        if (topP < 1) {
            keepTop(scores);
        }
        return scores;
    }

    /** From the least likely on, tokens are left out as long as all of them together have at most 1 − p. */
    private void keepTop(double[] scores) {
        double[] probabilities = probabilities(scores);
        Integer[] order = new Integer[scores.length];
        Arrays.setAll(order, id -> id);
        Arrays.sort(order, (a, b) -> Double.compare(scores[a], scores[b]));
        double sum = 0;
        for (int i = 0; i < order.length - 1; i++) { // one stays
            sum += probabilities[order[i]];
            if (sum > 1 - topP) {
                break;
            }
            scores[order[i]] = Double.NEGATIVE_INFINITY;
        }
    }

    /** Softmax in double precision. */
    static double[] probabilities(double[] scores) {
        double max = Arrays.stream(scores).max().orElse(0);
        double[] probabilities = new double[scores.length];
        double sum = 0;
        for (int id = 0; id < scores.length; id++) {
            probabilities[id] = Math.exp(scores[id] - max);
            sum += probabilities[id];
        }
        for (int id = 0; id < scores.length; id++) {
            probabilities[id] /= sum;
        }
        return probabilities;
    }

    /** The first of the largest, as NumPy's argmax; without a copy of the whole vocabulary at each step. */
    private static int likeliest(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }

    /**
     * The next token.
     *
     * @param logits {@code [vocabulary]}
     * @param ids the text so far
     * @param chance from 0 to 1, which decides where several tokens are possible
     */
    public int next(float[] logits, long[] ids, double chance) {
        if (isGreedy() && repetitionPenalty == 1) {
            return likeliest(logits);
        }
        double[] scores = scores(logits, ids);
        int best = 0;
        for (int id = 1; id < scores.length; id++) {
            best = scores[id] > scores[best] ? id : best;
        }
        if (isGreedy()) {
            return best;
        }
        double[] probabilities = probabilities(scores);
        double sum = 0;
        for (int id = 0; id < probabilities.length; id++) {
            sum += probabilities[id];
            if (chance < sum) {
                return id;
            }
        }
        return best; // by rounding of the sum
    }
}
