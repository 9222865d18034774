package io.github.residual4j.internal.running;

import io.github.residual4j.internal.kernel.Kernels;

/** Sums of each dimension over states. */
final class Columns {
    private Columns() {}

    /** Sums over the states that lie one after the other from a place of an array on and are not left out. */
    static double[] sums(Kernels kernels, float[] x, int from, int width, boolean[] leftOut) {
        double[] sums = new double[width];
        for (int row = 0; row < leftOut.length; row++) {
            if (!leftOut[row]) {
                kernels.addTo(x, from + row * width, width, sums);
            }
        }
        return sums;
    }

    /** Whether all values that were added up are finite: of floats no sum overflows. */
    static boolean areFinite(double[] sums) {
        for (double sum : sums) {
            if (!Double.isFinite(sum)) {
                return false;
            }
        }
        return true;
    }
}
