package io.github.residual4j.internal.kernel;

import java.util.Arrays;

/** Exponentials of a row and sums over them, whose {@link Loops#DOUBLES} lanes are added up in one fixed order. */
final class Exponentials {
    /** Values that stay in the first-level cache. */
    private static final int BLOCK = 1024;

    private static final Loops REST = new ScalarLoops(); // what fills no group of lanes

    private final Loops loops;
    private final double[] lanes = new double[2 * Loops.DOUBLES];

    Exponentials(Loops loops) {
        this.loops = loops;
    }

    /** See {@link Kernels#exponentials}. */
    double[] of(float[] x, float max, double[] e) {
        Arrays.fill(lanes, 0);
        for (int i = 0; i < x.length; i += BLOCK) {
            int count = Math.min(BLOCK, x.length - i);
            int whole = count - count % Loops.DOUBLES;
            loops.exponentials(x, i, whole, max, e);
            loops.weighted(e, x, i, whole, max, lanes);
            REST.exponentials(x, i + whole, count - whole, max, e);
            REST.weighted(e, x, i + whole, count - whole, max, lanes);
        }
        return new double[] {sumOfLanes(0), sumOfLanes(1)};
    }

    /** See {@link Kernels#expectation}. */
    double expectation(double[] p, float[] x) {
        Arrays.fill(lanes, 0);
        int whole = x.length - x.length % Loops.DOUBLES;
        loops.expectation(p, x, 0, whole, lanes);
        REST.expectation(p, x, whole, x.length - whole, lanes);
        return sumOfLanes(0);
    }

    private double sumOfLanes(int sum) {
        double total = 0;
        for (int lane = 0; lane < Loops.DOUBLES; lane++) {
            total += lanes[sum * Loops.DOUBLES + lane];
        }
        return total;
    }
}
