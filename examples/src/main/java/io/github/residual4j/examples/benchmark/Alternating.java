package io.github.residual4j.examples.benchmark;

import java.util.Arrays;
import java.util.Locale;

/**
 * Times two ways of doing something by turns.
 *
 * @param first median time of the first way, in milliseconds
 * @param second median time of the second way, in milliseconds
 * @param ratio median of the ratios second/first of neighbouring runs
 */
record Alternating(double first, double second, double ratio) {
    /** Runs both ways a few times unmeasured, then by turns, the order changing each time. */
    static Alternating measure(int warmUps, int pairs, Runnable first, Runnable second) {
        for (int i = 0; i < warmUps; i++) {
            first.run();
            second.run();
        }
        double[] firsts = new double[pairs];
        double[] seconds = new double[pairs];
        double[] ratios = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            if (i % 2 == 0) {
                firsts[i] = milliseconds(first);
                seconds[i] = milliseconds(second);
            } else {
                seconds[i] = milliseconds(second);
                firsts[i] = milliseconds(first);
            }
            ratios[i] = seconds[i] / firsts[i];
        }
        return new Alternating(median(firsts), median(seconds), median(ratios));
    }

    private static double milliseconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f ms against %.2f ms, ratio %.3f", second, first, ratio);
    }
}
