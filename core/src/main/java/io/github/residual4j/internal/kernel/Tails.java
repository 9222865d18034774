package io.github.residual4j.internal.kernel;

/** Adds the values that fill no group of lanes, each to the lane that it would have in one: see {@link Loops}. */
final class Tails {
    private Tails() {}

    static void dot(float[] x, int xAt, float[] y, int yAt, int count, float[] lanes) {
        for (int lane = 0; lane < count; lane++) {
            float product = x[xAt + lane] * y[yAt + lane];
            lanes[lane] += product;
            lanes[Loops.FLOATS + lane] += Math.abs(product);
        }
    }

    /** @param sum the number of the first of two sums */
    static void two(float[] x, float[] y, int at, int count, float[] lanes, int sum) {
        for (int lane = 0; lane < count; lane++) {
            float v = y[at + lane];
            lanes[sum * Loops.FLOATS + lane] += v * x[at + lane];
            lanes[(sum + 1) * Loops.FLOATS + lane] += v * v;
        }
    }

    static void updates(float[] pre, float[] mid, float[] post, int at, int count, float[] lanes) {
        for (int lane = 0; lane < count; lane++) {
            float x = pre[at + lane];
            float a = mid[at + lane] - x;
            float m = post[at + lane] - mid[at + lane];
            lanes[lane] += x * x;
            lanes[Loops.FLOATS + lane] += a * a;
            lanes[2 * Loops.FLOATS + lane] += x * a;
            lanes[3 * Loops.FLOATS + lane] += m * m;
            lanes[4 * Loops.FLOATS + lane] += x * m;
        }
    }

    static void sums(float[] x, int at, int count, float[] lanes, int[] extremes) {
        for (int lane = 0; lane < count; lane++) {
            float v = x[at + lane];
            lanes[lane] += v;
            lanes[Loops.FLOATS + lane] += v * v;
            lanes[2 * Loops.FLOATS + lane] += Math.abs(v);
        }
        Extremes.add(x, at, count, extremes);
    }

    static void deviations(float[] x, int at, int count, float r, float[] lanes) {
        for (int lane = 0; lane < count; lane++) {
            float e = x[at + lane] - r;
            lanes[lane] += e;
            lanes[Loops.FLOATS + lane] += e * e;
        }
    }

    /** @param sum the number of the sum */
    static void product(double[] x, int row, int other, int count, double[] lanes, int sum) {
        for (int lane = 0; lane < count; lane++) {
            lanes[sum * Loops.DOUBLES + lane] += x[row + lane] * x[other + lane];
        }
    }
}
