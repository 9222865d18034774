package io.github.residual4j.internal.kernel;

/** Products of rows of float32 values. */
final class FloatProducts extends Products {
    private final ProductLoops loops;
    private final float[] x;
    private final float[] lanes = new float[8 * ProductLoops.LANES];

    FloatProducts(ProductLoops loops, float[] x) {
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
        double sum = ((lanes[at] + lanes[at + 4]) + (lanes[at + 1] + lanes[at + 5]))
                + ((lanes[at + 2] + lanes[at + 6]) + (lanes[at + 3] + lanes[at + 7]));
        for (int i = 0; i < count; i++) {
            sum += (double) x[row + i] * x[other + i];
        }
        return sum;
    }
}
