package io.github.residual4j.internal.kernel;

/**
 * Sums over rows of float32 values that lie one after the other in an array. Sums are exact to float rounding within a
 * row, products of rows to that of the product of their norms. NaN and infinities are carried as IEEE says. The same
 * values give the same bits every time, on every processor and with either kind of {@link Loops}; only the payload of a
 * NaN, which nothing here looks at, is not defined.
 *
 * <p>A row is summed in blocks of {@value #BLOCK} values. In a block each of 16 lanes adds up every sixteenth value in
 * float32; the lanes are then added up in one fixed order, and blocks in double. A row whose sums overflow, vanish into
 * subnormals or meet NaN is done again in double: {@link DoubleSums}.
 *
 * <p>Rows begin at value {@code from}, and there are {@code rows × width} values; results go to the places {@code to},
 * {@code to + 1}, … of the arrays given for them. One instance must not be used by two threads at once.
 */
public final class Kernels {
    /** Values that are summed in float32 before the lanes are added up. */
    static final int BLOCK = 256;

    /** Below it, squares that a float cannot hold precisely might matter to a sum. */
    private static final double TINY = 1e-30;

    private final Loops loops;
    private final Products products;
    private final float[] lanes = new float[8 * Loops.FLOATS]; // what a loop leaves behind, sum by sum
    private final int[] extremes = new int[2 * Loops.FLOATS];

    Kernels(Loops loops) {
        this.loops = loops;
        products = new Products(loops);
    }

    /** {@code vector} or {@code scalar}. */
    public String name() {
        return loops.name();
    }

    /** Kernels of the same kind, for another thread. */
    public Kernels another() {
        return new Kernels(loops);
    }

    /** Σ x·y of two runs of values. */
    public double dot(float[] x, int xFrom, float[] y, int yFrom, int length) {
        double dot = 0;
        double magnitude = 0;
        for (int i = 0; i < length; i += BLOCK) {
            int count = Math.min(BLOCK, length - i);
            int whole = count - count % Loops.FLOATS;
            loops.dot(x, xFrom + i, y, yFrom + i, whole, lanes);
            Tails.dot(x, xFrom + i + whole, y, yFrom + i + whole, count - whole, lanes);
            dot += sumOfLanes(0);
            magnitude += sumOfLanes(1);
        }
        return isSafe(magnitude) ? dot : DoubleSums.dot(x, xFrom, y, yFrom, length);
    }

    /**
     * For each row of arrays alike in shape: Σ x² of each array, and Σ w·x of each but the first with the array before
     * it. The sums of array {@code n} go to the places {@code n * stride}, {@code n * stride + 1}, …; the first's dots
     * mean nothing.
     */
    public void consecutive(float[][] x, int from, int rows, int width, double[] dot, double[] square, int stride) {
        int n = 0;
        // The first and what four do not divide one at a time: embed and, for most models, nothing else.
        for (int singles = 1 + (x.length - 1) % 4; n < singles; n++) {
            for (int row = 0; row < rows; row++) {
                one(x[Math.max(0, n - 1)], x[n], from + row * width, width, dot, square, n * stride + row);
            }
        }
        for (; n < x.length; n += 4) {
            for (int row = 0; row < rows; row++) {
                four(x, n, from + row * width, width, dot, square, n * stride + row, stride);
            }
        }
        redoUnsafe(x, from, rows, width, dot, square, stride);
    }

    private void one(float[] x, float[] y, int at, int width, double[] dot, double[] square, int to) {
        dot[to] = 0;
        square[to] = 0;
        for (int i = 0; i < width; i += BLOCK) {
            int count = Math.min(BLOCK, width - i);
            int whole = count - count % Loops.FLOATS;
            loops.two(x, y, at + i, whole, lanes);
            Tails.two(x, y, at + i + whole, count - whole, lanes, 0);
            dot[to] += sumOfLanes(0);
            square[to] += sumOfLanes(1);
        }
    }

    /** Memory delivers several arrays faster than one. */
    private void four(float[][] x, int n, int at, int width, double[] dot, double[] square, int to, int stride) {
        for (int k = 0; k < 4; k++) {
            dot[to + k * stride] = 0;
            square[to + k * stride] = 0;
        }
        for (int i = 0; i < width; i += BLOCK) {
            int count = Math.min(BLOCK, width - i);
            int whole = count - count % Loops.FLOATS;
            loops.five(x[n - 1], x[n], x[n + 1], x[n + 2], x[n + 3], at + i, whole, lanes);
            for (int k = 0; k < 4; k++) {
                Tails.two(x[n + k - 1], x[n + k], at + i + whole, count - whole, lanes, 2 * k);
                dot[to + k * stride] += sumOfLanes(2 * k);
                square[to + k * stride] += sumOfLanes(2 * k + 1);
            }
        }
    }

    /**
     * Products that a float cannot hold precisely are lost beside norms that it can, so a dot near zero, as of orthogonal
     * rows, is redone only where a norm is near zero too.
     */
    private static void redoUnsafe(
            float[][] x, int from, int rows, int width, double[] dot, double[] square, int stride) {
        for (int n = 0; n < x.length; n++) {
            int before = Math.max(0, n - 1);
            for (int row = 0; row < rows; row++) {
                int to = n * stride + row;
                boolean precise = Math.abs(dot[to]) > TINY || isSafe(square[before * stride + row]);
                if (!isSafe(square[to]) || !Double.isFinite(dot[to]) || !precise) {
                    DoubleSums.dotAndSquare(x[before], x[n], from + row * width, width, dot, square, to);
                }
            }
        }
    }

    /** For each row of the three states of a block: squares of the updates and their products with the first state. */
    public void updates(
            float[] pre, float[] mid, float[] post, int from, int rows, int width, UpdateSums sums, int to) {
        for (int row = 0; row < rows; row++) {
            int at = from + row * width;
            int place = to + row;
            updatesOfRow(pre, mid, post, at, width, sums, place);
            boolean safe = isSafe(sums.preSquare[place])
                    && isSafe(sums.attentionSquare[place])
                    && isSafe(sums.mlpSquare[place])
                    && Double.isFinite(sums.preAttention[place] + sums.preMlp[place]);
            if (!safe) {
                DoubleSums.updates(pre, mid, post, at, width, sums, place);
            }
        }
    }

    private void updatesOfRow(float[] pre, float[] mid, float[] post, int at, int width, UpdateSums sums, int to) {
        double preSquare = 0;
        double attentionSquare = 0;
        double preAttention = 0;
        double mlpSquare = 0;
        double preMlp = 0;
        for (int i = 0; i < width; i += BLOCK) {
            int count = Math.min(BLOCK, width - i);
            int whole = count - count % Loops.FLOATS;
            loops.updates(pre, mid, post, at + i, whole, lanes);
            Tails.updates(pre, mid, post, at + i + whole, count - whole, lanes);
            preSquare += sumOfLanes(0);
            attentionSquare += sumOfLanes(1);
            preAttention += sumOfLanes(2);
            mlpSquare += sumOfLanes(3);
            preMlp += sumOfLanes(4);
        }
        sums.preSquare[to] = preSquare;
        sums.attentionSquare[to] = attentionSquare;
        sums.preAttention[to] = preAttention;
        sums.mlpSquare[to] = mlpSquare;
        sums.preMlp[to] = preMlp;
    }

    /** For each row: sum, squares, absolute values, deviations from the row's mean, and extremes. */
    public void sums(float[] x, int from, int rows, int width, RowSums sums, int to) {
        for (int row = 0; row < rows; row++) {
            int at = from + row * width;
            int place = to + row;
            sumsOfRow(x, at, width, sums, place);
            double square = sums.square[place];
            double ofMean = sums.sum[place] * sums.sum[place] / width;
            if (!isSafe(square)) {
                DoubleSums.sums(x, at, width, sums, place);
            } else if (ofMean > square / 4) {
                deviationsOfRow(x, at, width, (float) (sums.sum[place] / width), sums, place);
                if (!isSafe(sums.deviation[place])) {
                    DoubleSums.sums(x, at, width, sums, place);
                }
            } else {
                sums.deviation[place] = square - ofMean; // little cancels where the mean is small
            }
        }
    }

    /** All but deviations. */
    private void sumsOfRow(float[] x, int at, int width, RowSums sums, int to) {
        double sum = 0;
        double square = 0;
        double abs = 0;
        Extremes.begin(extremes);
        for (int i = 0; i < width; i += BLOCK) {
            int count = Math.min(BLOCK, width - i);
            int whole = count - count % Loops.FLOATS;
            loops.sums(x, at + i, whole, lanes, extremes);
            Tails.sums(x, at + i + whole, count - whole, lanes, extremes);
            sum += sumOfLanes(0);
            square += sumOfLanes(1);
            abs += sumOfLanes(2);
        }
        sums.sum[to] = sum;
        sums.square[to] = square;
        sums.abs[to] = abs;
        Extremes.end(extremes, x, at, width, sums, to);
    }

    /**
     * Σx and Σ(x−m)² by way of deviations from r, a float near the mean m: Σx = nr + Σ(x−r), Σ(x−m)² = Σ(x−r)² −
     * n(m−r)².
     */
    private void deviationsOfRow(float[] x, int at, int width, float r, RowSums sums, int to) {
        double sum = 0;
        double square = 0;
        for (int i = 0; i < width; i += BLOCK) {
            int count = Math.min(BLOCK, width - i);
            int whole = count - count % Loops.FLOATS;
            loops.deviations(x, at + i, whole, r, lanes);
            Tails.deviations(x, at + i + whole, count - whole, r, lanes);
            sum += sumOfLanes(0);
            square += sumOfLanes(1);
        }
        sums.sum[to] = (double) width * r + sum;
        sums.deviation[to] = Math.max(0, square - sum * sum / width);
    }

    /**
     * Adds Σ x·y of rows of double values to a matrix of sums, for each row from {@code first} to {@code end} with itself
     * and every row before it: the matrix below and on its diagonal.
     *
     * @param x {@code rows × length} values row by row
     * @param sums {@code rows × rows}
     */
    public void addProducts(double[] x, int rows, int length, int first, int end, double[] sums) {
        products.add(x, rows, length, first, end, sums);
    }

    /** Adds up the lanes of a sum: four sums of every fourth, in float32 still, and these. */
    private double sumOfLanes(int sum) {
        int at = sum * Loops.FLOATS;
        float s0 = (lanes[at] + lanes[at + 4]) + (lanes[at + 8] + lanes[at + 12]);
        float s1 = (lanes[at + 1] + lanes[at + 5]) + (lanes[at + 9] + lanes[at + 13]);
        float s2 = (lanes[at + 2] + lanes[at + 6]) + (lanes[at + 10] + lanes[at + 14]);
        float s3 = (lanes[at + 3] + lanes[at + 7]) + (lanes[at + 11] + lanes[at + 15]);
        return ((double) s0 + s1) + ((double) s2 + s3);
    }

    private static boolean isSafe(double square) {
        return square > TINY && square < Double.POSITIVE_INFINITY;
    }
}
