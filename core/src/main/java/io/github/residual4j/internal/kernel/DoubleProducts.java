package io.github.residual4j.internal.kernel;

/** Products of rows of doubles. */
final class DoubleProducts extends Products {
    private final ProductLoops loops;
    private final double[] x;
    private final double[] lanes = new double[8 * ProductLoops.LANES];

    DoubleProducts(ProductLoops loops, double[] x) {
        this.loops = loops;
        this.x = x;
    }

    @Override
    void twoWithFour(int row, int others, int length, int count) {
        loops.twoWithFour(x, row, others, length, count, lanes);
    }

    @Override
    void one(int row, int other, int count) {
        loops.product(x, row, other, count, lanes);
    }

    @Override
    double sum(int k, int row, int other, int count) {
        int at = k * ProductLoops.LANES;
        for (int lane = 0; lane < count; lane++) {
            lanes[at + lane] += x[row + lane] * x[other + lane];
        }
        return ((lanes[at] + lanes[at + 4]) + (lanes[at + 1] + lanes[at + 5]))
                + ((lanes[at + 2] + lanes[at + 6]) + (lanes[at + 3] + lanes[at + 7]));
    }
}
