package io.github.residual4j.internal.kernel;

/**
 * Products of rows of doubles, two rows with four at a time. Rows are taken in blocks of {@value #BLOCK} values, whose
 * {@link Loops#DOUBLES} lanes are added up in one fixed order.
 */
final class Products {
    /** Values of a row that stay in the first-level cache, with those of the rows multiplied with it. */
    private static final int BLOCK = 256;

    /** Rows that stay in the second-level cache while others are multiplied with them. */
    private static final int TILE = 64;

    private final Loops loops;
    private final double[] lanes = new double[8 * Loops.DOUBLES];

    Products(Loops loops) {
        this.loops = loops;
    }

    /** See {@link Kernels#addProducts}. */
    void add(double[] x, int rows, int length, int first, int end, double[] sums) {
        for (int i = 0; i < length; i += BLOCK) {
            for (int tile = 0; tile < end; tile += TILE) {
                for (int row = Math.max(first, tile); row < end; row += 2) {
                    addTwoRows(x, rows, length, i, row, Math.min(2, end - row), tile, sums);
                }
            }
        }
    }

    /** Adds a block of one or two rows with those of a tile that are not behind them. */
    private void addTwoRows(double[] x, int rows, int length, int i, int first, int count, int tile, double[] sums) {
        int last = Math.min(tile + TILE, first + 2);
        int other = tile;
        for (; count == 2 && other < last && other <= rows - 4; other += 4) { // some of the last four may lie behind
            addTwoWithFour(x, rows, length, i, first, other, sums);
        }
        for (int row = first; row < first + count; row++) {
            for (int o = other; o < Math.min(tile + TILE, row + 1); o++) {
                addOne(x, rows, length, i, row, o, sums);
            }
        }
    }

    private void addTwoWithFour(double[] x, int rows, int length, int i, int row, int other, double[] sums) {
        int size = Math.min(BLOCK, length - i);
        int whole = size - size % Loops.DOUBLES;
        loops.twoWithFour(x, row * length + i, other * length + i, length, whole, lanes);
        for (int k = 0; k < 8; k++) {
            int a = row + k / 4;
            int b = other + k % 4;
            if (b <= a) {
                Tails.product(x, a * length + i + whole, b * length + i + whole, size - whole, lanes, k);
                sums[a * rows + b] += sumOfLanes(k);
            }
        }
    }

    private void addOne(double[] x, int rows, int length, int i, int row, int other, double[] sums) {
        int size = Math.min(BLOCK, length - i);
        int whole = size - size % Loops.DOUBLES;
        loops.product(x, row * length + i, other * length + i, whole, lanes);
        Tails.product(x, row * length + i + whole, other * length + i + whole, size - whole, lanes, 0);
        sums[row * rows + other] += sumOfLanes(0);
    }

    private double sumOfLanes(int sum) {
        int at = sum * Loops.DOUBLES;
        return ((lanes[at] + lanes[at + 4]) + (lanes[at + 1] + lanes[at + 5]))
                + ((lanes[at + 2] + lanes[at + 6]) + (lanes[at + 3] + lanes[at + 7]));
    }
}
