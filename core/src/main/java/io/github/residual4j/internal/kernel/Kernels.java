package io.github.residual4j.internal.kernel;

/**
 * Sums over rows of float32 values that lie one after the other in an array. Sums are exact to float rounding within a
 * row, products of rows to that of the product of their norms. NaN and infinities are carried as IEEE says. The same
 * values give the same bits every time, on every processor and with either kind of {@link Loops}; only the payload of a
 * NaN, which nothing here looks at, is not defined.
 *
 * <p>A row is summed in {@link Loops#FLOATS} lanes of float32, and every {@value #BLOCK} values anew, so that no lane adds
 * more than 16 values to one another; the lanes of the blocks are then added up lane by lane, and the lanes at the row's
 * end in one fixed order. What fills no group of lanes at a row's end is added in double: {@link Tails}. A row whose sums
 * overflow, vanish into subnormals or meet NaN is done again in double: {@link DoubleSums}.
 *
 * <p>Rows begin at value {@code from}, and there are {@code rows × width} values; results go to the places {@code to},
 * {@code to + 1}, … of the arrays given for them. One instance must not be used by two threads at once.
 */
public final class Kernels {
    /** Values after which the lanes of a sum begin anew. */
    static final int BLOCK = 256;

    /** Below it, squares that a float cannot hold precisely might matter to a sum. */
    private static final double TINY = 1e-30;

    private final Loops loops;
    private final Exponentials exponentials;
    private final float[] lanes = new float[8 * Loops.FLOATS]; // of the row at hand, sum by sum
    private final double[] totals = new double[8]; // of each of its sums
    private final int[] extremes = new int[2];

    Kernels(Loops loops) {
        this.loops = loops;
        exponentials = new Exponentials(loops);
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
        begin(2);
        int whole = length - length % Loops.FLOATS;
        for (int i = 0; i < whole; i += BLOCK) {
            loops.dot(x, xFrom + i, y, yFrom + i, Math.min(BLOCK, whole - i), lanes);
        }
        Tails.dot(x, xFrom + whole, y, yFrom + whole, length - whole, totals);
        end(2);
        return isSafe(totals[1]) ? totals[0] : DoubleSums.dot(x, xFrom, y, yFrom, length);
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
        begin(2);
        int whole = width - width % Loops.FLOATS;
        for (int i = 0; i < whole; i += BLOCK) {
            loops.two(x, y, at + i, Math.min(BLOCK, whole - i), lanes);
        }
        Tails.two(x, y, at + whole, width - whole, totals, 0);
        end(2);
        dot[to] = totals[0];
        square[to] = totals[1];
    }

    /** Memory delivers several arrays faster than one. */
    private void four(float[][] x, int n, int at, int width, double[] dot, double[] square, int to, int stride) {
        begin(8);
        int whole = width - width % Loops.FLOATS;
        for (int i = 0; i < whole; i += BLOCK) {
            loops.five(x[n - 1], x[n], x[n + 1], x[n + 2], x[n + 3], at + i, Math.min(BLOCK, whole - i), lanes);
        }
        for (int k = 0; k < 4; k++) {
            Tails.two(x[n + k - 1], x[n + k], at + whole, width - whole, totals, 2 * k);
        }
        end(8);
        for (int k = 0; k < 4; k++) {
            dot[to + k * stride] = totals[2 * k];
            square[to + k * stride] = totals[2 * k + 1];
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
        begin(5);
        int whole = width - width % Loops.FLOATS;
        for (int i = 0; i < whole; i += BLOCK) {
            loops.updates(pre, mid, post, at + i, Math.min(BLOCK, whole - i), lanes);
        }
        Tails.updates(pre, mid, post, at + whole, width - whole, totals);
        end(5);
        sums.preSquare[to] = totals[0];
        sums.attentionSquare[to] = totals[1];
        sums.preAttention[to] = totals[2];
        sums.mlpSquare[to] = totals[3];
        sums.preMlp[to] = totals[4];
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
        begin(3);
        Extremes.begin(extremes);
        int whole = width - width % Loops.FLOATS;
        for (int i = 0; i < whole; i += BLOCK) {
            loops.sums(x, at + i, Math.min(BLOCK, whole - i), lanes, extremes);
        }
        Tails.sums(x, at + whole, width - whole, totals, extremes);
        end(3);
        sums.sum[to] = totals[0];
        sums.square[to] = totals[1];
        sums.abs[to] = totals[2];
        Extremes.end(extremes, x, at, width, sums, to);
    }

    /**
     * Σx and Σ(x−m)² by way of deviations from r, a float near the mean m: Σx = nr + Σ(x−r), Σ(x−m)² = Σ(x−r)² −
     * n(m−r)².
     */
    private void deviationsOfRow(float[] x, int at, int width, float r, RowSums sums, int to) {
        begin(2);
        int whole = width - width % Loops.FLOATS;
        for (int i = 0; i < whole; i += BLOCK) {
            loops.deviations(x, at + i, Math.min(BLOCK, whole - i), r, lanes);
        }
        Tails.deviations(x, at + whole, width - whole, r, totals);
        end(2);
        double sum = totals[0];
        sums.sum[to] = (double) width * r + sum;
        sums.deviation[to] = Math.max(0, totals[1] - sum * sum / width);
    }

    /** Adds a row of values to sums of them, dimension by dimension, in double. */
    public void addTo(float[] x, int from, int width, double[] sums) {
        int whole = width - width % Loops.DOUBLES;
        loops.addTo(x, from, whole, sums);
        for (int d = whole; d < width; d++) {
            sums[d] += x[from + d];
        }
    }

    /** Adds (x − m)² and |x| of a row of values to sums of them, dimension by dimension, in double. */
    public void addSpread(float[] x, int from, int width, double[] mean, double[] squares, double[] magnitudes) {
        int whole = width - width % Loops.DOUBLES;
        loops.addSpread(x, from, whole, mean, squares, magnitudes);
        for (int d = whole; d < width; d++) {
            double apart = x[from + d] - mean[d];
            squares[d] += apart * apart;
            magnitudes[d] += Math.abs((double) x[from + d]);
        }
    }

    /** x − m of a row of values, dimension by dimension, to the nearest float32. */
    public void subtract(float[] x, int from, int width, double[] mean, float[] to, int toFrom) {
        int whole = width - width % Loops.DOUBLES;
        loops.subtract(x, from, whole, mean, to, toFrom);
        for (int d = whole; d < width; d++) {
            to[toFrom + d] = (float) (x[from + d] - mean[d]);
        }
    }

    /**
     * Adds Σ x·y of rows of double values to a matrix of sums, for each row from {@code first} to {@code end} with itself
     * and every row before it: the matrix below and on its diagonal. An even number of rows is taken sooner.
     *
     * @param x {@code rows × length} values row by row
     * @param sums {@code rows × rows}
     */
    public void addProducts(double[] x, int rows, int length, int first, int end, double[] sums) {
        new DoubleProducts(loops.products(), x).add(rows, length, first, end, sums);
    }

    /**
     * The same of rows of float32 values. Rows whose squares a float cannot hold, or not precisely, are not redone: see
     * {@link #isSafe}.
     */
    public void addProducts(float[] x, int rows, int length, int first, int end, double[] sums) {
        new FloatProducts(loops.products(), x).add(rows, length, first, end, sums);
    }

    /** log Σ exp(x) of the values of a row, from sums in float32; NaN if a value is NaN or the largest is infinite. */
    public double logSumExp(float[] x) {
        float max = Float.NEGATIVE_INFINITY;
        for (float value : x) {
            max = value > max ? value : max; // NaN shows in the sum
        }
        double sum = 0;
        int whole = x.length - x.length % Loops.FLOATS;
        for (int i = 0; i < whole; i += BLOCK) {
            begin(1);
            loops.sumOfExponentials(x, i, Math.min(BLOCK, whole - i), max, lanes);
            end(1);
            sum += totals[0];
        }
        for (int i = whole; i < x.length; i++) {
            sum += FloatExponential.of(x[i] - max);
        }
        return max + Math.log(sum);
    }

    /**
     * exp(x − max) of the values of a row, in double.
     *
     * @param max the largest of them
     * @param e takes the exponentials
     * @return Σ e and Σ e·(x − max); NaN if a value is NaN or the largest is infinite
     */
    public double[] exponentials(float[] x, float max, double[] e) {
        return exponentials.of(x, max, e);
    }

    /** Σ p·x over those p that are not 0, in double. */
    public double expectation(double[] p, float[] x) {
        return exponentials.expectation(p, x);
    }

    private void begin(int sums) {
        for (int i = 0; i < sums * Loops.FLOATS; i++) {
            lanes[i] = 0;
        }
        for (int sum = 0; sum < sums; sum++) {
            totals[sum] = 0;
        }
    }

    /** Adds up the lanes of each sum: four sums of every fourth, then these; and adds that to the total. */
    private void end(int sums) {
        for (int sum = 0; sum < sums; sum++) {
            int at = sum * Loops.FLOATS;
            float s0 = (lanes[at] + lanes[at + 4]) + (lanes[at + 8] + lanes[at + 12]);
            float s1 = (lanes[at + 1] + lanes[at + 5]) + (lanes[at + 9] + lanes[at + 13]);
            float s2 = (lanes[at + 2] + lanes[at + 6]) + (lanes[at + 10] + lanes[at + 14]);
            float s3 = (lanes[at + 3] + lanes[at + 7]) + (lanes[at + 11] + lanes[at + 15]);
            totals[sum] += (s0 + s1) + (s2 + s3);
        }
    }

    /** Whether a sum of squares of float32 values is one that a float can hold, and precisely. */
    public static boolean isSafe(double square) {
        return square > TINY && square < Double.POSITIVE_INFINITY;
    }
}
