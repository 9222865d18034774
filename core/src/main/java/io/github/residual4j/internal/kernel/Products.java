package io.github.residual4j.internal.kernel;

/**
 * Products of rows of values that lie one after the other, two rows with four at a time. Rows are taken in blocks of
 * {@value #BLOCK} values, whose {@link
 * ProductLoops#LANES} lanes are added up in one fixed order.
 */
abstract class Products {
    /** Values of a row that stay in the first-level cache, with those of the rows multiplied with it. */
    private static final int BLOCK = 256;

    /** Rows that stay in the second-level cache while others are multiplied with them. */
    private static final int TILE = 64;

    /** See {@link Kernels#addProducts}. */
    void add(int rows, int length, int first, int end, double[] sums) {
        for (int i = 0; i < length; i += BLOCK) {
            for (int tile = 0; tile < end; tile += TILE) {
                for (int row = Math.max(first, tile); row < end; row += 2) {
                    addTwoRows(rows, length, i, row, Math.min(2, end - row), tile, sums);
                }
            }
        }
    }

    /** Adds a block of one or two rows with those of a tile that are not behind them. */
    private void addTwoRows(int rows, int length, int i, int first, int count, int tile, double[] sums) {
        int last = Math.min(tile + TILE, first + 2);
        int other = tile;
        for (; count == 2 && other < last && other <= rows - 4; other += 4) { // some of the last four may lie behind
            addTwoWithFour(rows, length, i, first, other, sums);
        }
        for (int row = first; row < first + count; row++) {
            for (int o = other; o < Math.min(tile + TILE, row + 1); o++) {
                addOne(rows, length, i, row, o, sums);
            }
        }
    }

    private void addTwoWithFour(int rows, int length, int i, int row, int other, double[] sums) {
        int size = Math.min(BLOCK, length - i);
        int whole = size - size % ProductLoops.LANES;
        twoWithFour(row * length + i, other * length + i, length, whole);
        for (int k = 0; k < 8; k++) {
            int a = row + k / 4;
            int b = other + k % 4;
            if (b <= a) {
                sums[a * rows + b] += sum(k, a * length + i + whole, b * length + i + whole, size - whole);
            }
        }
    }

    private void addOne(int rows, int length, int i, int row, int other, double[] sums) {
        int size = Math.min(BLOCK, length - i);
        int whole = size - size % ProductLoops.LANES;
        one(row * length + i, other * length + i, whole);
        sums[row * rows + other] += sum(0, row * length + i + whole, other * length + i + whole, size - whole);
    }

    /** Makes eight sums: the products of a row with four others that lie {@code length} apart, and of the next row. */
    abstract void twoWithFour(int row, int others, int length, int count);

    /** Makes the first sum: the product of two rows. */
    abstract void one(int row, int other, int count);

    /** A sum that was made, with the {@code count} values that follow. */
    abstract double sum(int k, int row, int other, int count);
}
