package io.github.residual4j.internal.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** SIMD products of rows of doubles, two rows with four at a time. */
final class ProductKernel {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Rows that stay in the second-level cache while others are multiplied with them. */
    private static final int TILE = 64;

    private final double[] lanes = new double[8 * LANES];

    /** See {@link Kernels#addProducts}. */
    void add(double[] x, int rows, int length, int first, int end, double[] sums) {
        for (int tile = 0; tile < end; tile += TILE) {
            for (int row = Math.max(first, tile); row < end; row += 2) {
                int pair = Math.min(2, end - row);
                int last = Math.min(tile + TILE, row + 1); // both rows have all before the first of them
                int other = tile;
                for (; pair == 2 && other <= last - 4; other += 4) {
                    twoWithFour(x, row * length, other * length, length);
                    for (int k = 0; k < 8; k++) {
                        sums[(row + k / 4) * rows + other + k % 4] +=
                                sumOfLanes(k) + rest(x, (row + k / 4) * length, (other + k % 4) * length, length);
                    }
                }
                for (int r = row; r < row + pair; r++) {
                    for (int o = other; o < Math.min(tile + TILE, r + 1); o++) {
                        sums[r * rows + o] += one(x, r * length, o * length, length);
                    }
                }
            }
        }
    }

    private void twoWithFour(double[] x, int row, int others, int length) {
        DoubleVector a0 = DoubleVector.zero(SPECIES);
        DoubleVector a1 = a0;
        DoubleVector a2 = a0;
        DoubleVector a3 = a0;
        DoubleVector b0 = a0;
        DoubleVector b1 = a0;
        DoubleVector b2 = a0;
        DoubleVector b3 = a0;
        for (int i = 0; i <= length - LANES; i += LANES) {
            DoubleVector a = DoubleVector.fromArray(SPECIES, x, row + i);
            DoubleVector b = DoubleVector.fromArray(SPECIES, x, row + length + i);
            DoubleVector v0 = DoubleVector.fromArray(SPECIES, x, others + i);
            DoubleVector v1 = DoubleVector.fromArray(SPECIES, x, others + length + i);
            DoubleVector v2 = DoubleVector.fromArray(SPECIES, x, others + 2 * length + i);
            DoubleVector v3 = DoubleVector.fromArray(SPECIES, x, others + 3 * length + i);
            a0 = a.mul(v0).add(a0);
            a1 = a.mul(v1).add(a1);
            a2 = a.mul(v2).add(a2);
            a3 = a.mul(v3).add(a3);
            b0 = b.mul(v0).add(b0);
            b1 = b.mul(v1).add(b1);
            b2 = b.mul(v2).add(b2);
            b3 = b.mul(v3).add(b3);
        }
        a0.intoArray(lanes, 0);
        a1.intoArray(lanes, LANES);
        a2.intoArray(lanes, 2 * LANES);
        a3.intoArray(lanes, 3 * LANES);
        b0.intoArray(lanes, 4 * LANES);
        b1.intoArray(lanes, 5 * LANES);
        b2.intoArray(lanes, 6 * LANES);
        b3.intoArray(lanes, 7 * LANES);
    }

    private double one(double[] x, int row, int other, int length) {
        DoubleVector sum = DoubleVector.zero(SPECIES);
        for (int i = 0; i <= length - LANES; i += LANES) {
            sum = DoubleVector.fromArray(SPECIES, x, row + i)
                    .mul(DoubleVector.fromArray(SPECIES, x, other + i))
                    .add(sum);
        }
        sum.intoArray(lanes, 0);
        return sumOfLanes(0) + rest(x, row, other, length);
    }

    private static double rest(double[] x, int row, int other, int length) {
        double sum = 0;
        for (int i = length - length % LANES; i < length; i++) {
            sum += x[row + i] * x[other + i];
        }
        return sum;
    }

    private double sumOfLanes(int vector) {
        double sum = 0;
        for (int i = vector * LANES; i < (vector + 1) * LANES; i++) {
            sum += lanes[i];
        }
        return sum;
    }
}
