package io.github.residual4j.internal.kernel;

/**
 * Adds the last float32 values of a row, which fill no group of lanes, to the totals of as many sums as the {@link Loops}
 * of the same name have.
 */
final class Tails {
    private Tails() {}

    static void dot(float[] x, int xAt, float[] y, int yAt, int count, double[] totals) {
        for (int i = 0; i < count; i++) {
            double product = (double) x[xAt + i] * y[yAt + i];
            totals[0] += product;
            totals[1] += Math.abs(product);
        }
    }

    /** @param sum the number of the first of two sums */
    static void two(float[] x, float[] y, int at, int count, double[] totals, int sum) {
        for (int i = at; i < at + count; i++) {
            double v = y[i];
            totals[sum] += v * x[i];
            totals[sum + 1] += v * v;
        }
    }

    static void updates(float[] pre, float[] mid, float[] post, int at, int count, double[] totals) {
        for (int i = at; i < at + count; i++) {
            double x = pre[i];
            double a = mid[i] - x;
            double m = (double) post[i] - mid[i];
            totals[0] += x * x;
            totals[1] += a * a;
            totals[2] += x * a;
            totals[3] += m * m;
            totals[4] += x * m;
        }
    }

    static void sums(float[] x, int at, int count, double[] totals, int[] extremes) {
        for (int i = at; i < at + count; i++) {
            double v = x[i];
            totals[0] += v;
            totals[1] += v * v;
            totals[2] += Math.abs(v);
        }
        Extremes.add(x, at, count, extremes);
    }

    static void deviations(float[] x, int at, int count, float r, double[] totals) {
        for (int i = at; i < at + count; i++) {
            double e = (double) x[i] - r;
            totals[0] += e;
            totals[1] += e * e;
        }
    }
}
