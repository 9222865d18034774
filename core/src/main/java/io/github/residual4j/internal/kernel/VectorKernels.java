package io.github.residual4j.internal.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * SIMD loops: float lanes within a row, added up at its end. A row whose sums overflow, vanish into subnormals or meet
 * NaN is left to {@link ScalarKernels}.
 *
 * <p>Loops are not unrolled by hand: on JDK 17 the compiler at times gives up on larger ones and allocates a vector for
 * every operation, and these wait for memory anyway. Sums stand as arguments, never before the dot: what a loop carries
 * round has no exact type for the compiler, which then depends on what it has observed. Products and sums are separate
 * instructions, since a fused one is emulated, very slowly, where the processor has none.
 */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
    private static final int LANES = SPECIES.length();

    /** Below it, squares that a float cannot hold precisely might matter to a sum. */
    private static final double TINY = 1e-30;

    private final ScalarKernels scalar = new ScalarKernels();
    private final ProductKernel products = new ProductKernel();
    private final float[] lanes = new float[8 * LANES]; // what a loop leaves behind, vector by vector

    /** How many floats one instruction takes here. */
    static int lanes() {
        return LANES;
    }

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public Kernels another() {
        return new VectorKernels();
    }

    @Override
    public double dot(float[] x, int xFrom, float[] y, int yFrom, int length) {
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector size = sum;
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector product =
                    FloatVector.fromArray(SPECIES, x, xFrom + i).mul(FloatVector.fromArray(SPECIES, y, yFrom + i));
            sum = product.add(sum);
            size = product.abs().add(size);
        }
        sum.intoArray(lanes, 0);
        size.intoArray(lanes, LANES);
        double dot = sumOfLanes(0);
        double magnitude = sumOfLanes(1);
        for (; i < length; i++) {
            double product = (double) x[xFrom + i] * y[yFrom + i];
            dot += product;
            magnitude += Math.abs(product);
        }
        return isSafe(magnitude) ? dot : scalar.dot(x, xFrom, y, yFrom, length);
    }

    @Override
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
                int at = from + row * width;
                four(x[n - 1], x[n], x[n + 1], x[n + 2], x[n + 3], at, width);
                int to = n * stride + row;
                for (int k = 0; k < 4; k++) {
                    dot[to + k * stride] = sumOfLanes(2 * k);
                    square[to + k * stride] = sumOfLanes(2 * k + 1);
                    if (width % LANES != 0) {
                        int rest = width - width % LANES;
                        addDotAndSquare(x[n + k - 1], x[n + k], at + rest, at + width, dot, square, to + k * stride);
                    }
                }
            }
        }
        redoUnsafe(x, from, rows, width, dot, square, stride);
    }

    private void one(float[] x, float[] y, int at, int width, double[] dot, double[] square, int to) {
        FloatVector xy = FloatVector.zero(SPECIES);
        FloatVector yy = xy;
        int end = at + width;
        int i = at;
        for (; i <= end - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, y, i);
            xy = v.mul(FloatVector.fromArray(SPECIES, x, i)).add(xy);
            yy = v.mul(v).add(yy);
        }
        xy.intoArray(lanes, 0);
        yy.intoArray(lanes, LANES);
        dot[to] = sumOfLanes(0);
        square[to] = sumOfLanes(1);
        addDotAndSquare(x, y, i, end, dot, square, to);
    }

    /** The dot and the square of each of the last four into the lanes; memory delivers several arrays faster than one. */
    private void four(float[] x0, float[] x1, float[] x2, float[] x3, float[] x4, int at, int width) {
        FloatVector d1 = FloatVector.zero(SPECIES);
        FloatVector q1 = d1;
        FloatVector d2 = d1;
        FloatVector q2 = d1;
        FloatVector d3 = d1;
        FloatVector q3 = d1;
        FloatVector d4 = d1;
        FloatVector q4 = d1;
        for (int i = at; i <= at + width - LANES; i += LANES) {
            FloatVector v1 = FloatVector.fromArray(SPECIES, x1, i);
            FloatVector v2 = FloatVector.fromArray(SPECIES, x2, i);
            FloatVector v3 = FloatVector.fromArray(SPECIES, x3, i);
            FloatVector v4 = FloatVector.fromArray(SPECIES, x4, i);
            d1 = v1.mul(FloatVector.fromArray(SPECIES, x0, i)).add(d1);
            q1 = v1.mul(v1).add(q1);
            d2 = v1.mul(v2).add(d2);
            q2 = v2.mul(v2).add(q2);
            d3 = v2.mul(v3).add(d3);
            q3 = v3.mul(v3).add(q3);
            d4 = v3.mul(v4).add(d4);
            q4 = v4.mul(v4).add(q4);
        }
        d1.intoArray(lanes, 0);
        q1.intoArray(lanes, LANES);
        d2.intoArray(lanes, 2 * LANES);
        q2.intoArray(lanes, 3 * LANES);
        d3.intoArray(lanes, 4 * LANES);
        q3.intoArray(lanes, 5 * LANES);
        d4.intoArray(lanes, 6 * LANES);
        q4.intoArray(lanes, 7 * LANES);
    }

    private static void addDotAndSquare(
            float[] x, float[] y, int from, int end, double[] dot, double[] square, int to) {
        for (int i = from; i < end; i++) {
            dot[to] += (double) x[i] * y[i];
            square[to] += (double) y[i] * y[i];
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
                    ScalarKernels.dotAndSquare(x[before], x[n], from + row * width, width, dot, square, to);
                }
            }
        }
    }

    @Override
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
                scalar.updates(pre, mid, post, at, 1, width, sums, place);
            }
        }
    }

    private void updatesOfRow(float[] pre, float[] mid, float[] post, int at, int width, UpdateSums sums, int to) {
        FloatVector preSquare = FloatVector.zero(SPECIES);
        FloatVector attentionSquare = preSquare;
        FloatVector preAttention = preSquare;
        FloatVector mlpSquare = preSquare;
        FloatVector preMlp = preSquare;
        int end = at + width;
        int i = at;
        for (; i <= end - LANES; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, pre, i);
            FloatVector y = FloatVector.fromArray(SPECIES, mid, i);
            FloatVector a = y.sub(x);
            FloatVector m = FloatVector.fromArray(SPECIES, post, i).sub(y);
            preSquare = x.mul(x).add(preSquare);
            attentionSquare = a.mul(a).add(attentionSquare);
            preAttention = x.mul(a).add(preAttention);
            mlpSquare = m.mul(m).add(mlpSquare);
            preMlp = x.mul(m).add(preMlp);
        }
        preSquare.intoArray(lanes, 0);
        attentionSquare.intoArray(lanes, LANES);
        preAttention.intoArray(lanes, 2 * LANES);
        mlpSquare.intoArray(lanes, 3 * LANES);
        preMlp.intoArray(lanes, 4 * LANES);
        sums.preSquare[to] = sumOfLanes(0);
        sums.attentionSquare[to] = sumOfLanes(1);
        sums.preAttention[to] = sumOfLanes(2);
        sums.mlpSquare[to] = sumOfLanes(3);
        sums.preMlp[to] = sumOfLanes(4);
        ScalarKernels.addUpdates(pre, mid, post, i, end, sums, to);
    }

    @Override
    public void sums(float[] x, int from, int rows, int width, RowSums sums, int to) {
        for (int row = 0; row < rows; row++) {
            int at = from + row * width;
            int place = to + row;
            sumsOfRow(x, at, width, sums, place);
            double square = sums.square[place];
            double ofMean = sums.sum[place] * sums.sum[place] / width;
            if (!isSafe(square)) {
                scalar.sums(x, at, 1, width, sums, place);
            } else if (ofMean > square / 4) {
                deviationsOfRow(x, at, width, (float) (sums.sum[place] / width), sums, place);
                if (!isSafe(sums.deviation[place])) {
                    scalar.sums(x, at, 1, width, sums, place);
                }
            } else {
                sums.deviation[place] = square - ofMean; // little cancels where the mean is small
            }
        }
    }

    /**
     * All but deviations. Extremes are found as integers, for which they take one instruction where those of floats take
     * several: the pattern of the largest positive float is the largest integer, and with the sign flipped that of the
     * lowest negative one.
     */
    private void sumsOfRow(float[] x, int at, int width, RowSums sums, int to) {
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector square = sum;
        FloatVector abs = sum;
        IntVector sign = IntVector.broadcast(INTS, Integer.MIN_VALUE);
        IntVector high = sign;
        IntVector low = sign;
        int end = at + width;
        int i = at;
        for (; i <= end - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            sum = v.add(sum);
            square = v.mul(v).add(square);
            abs = v.abs().add(abs);
            IntVector bits = v.reinterpretAsInts();
            high = bits.max(high);
            low = bits.lanewise(VectorOperators.XOR, sign).max(low);
        }
        sum.intoArray(lanes, 0);
        square.intoArray(lanes, LANES);
        abs.intoArray(lanes, 2 * LANES);
        double s = sumOfLanes(0);
        double q = sumOfLanes(1);
        double a = sumOfLanes(2);
        int largest = high.reduceLanes(VectorOperators.MAX);
        int lowest = low.reduceLanes(VectorOperators.MAX);
        for (; i < end; i++) {
            s += x[i];
            q += (double) x[i] * x[i];
            a += Math.abs(x[i]);
            largest = Math.max(largest, Float.floatToRawIntBits(x[i]));
            lowest = Math.max(lowest, Float.floatToRawIntBits(x[i]) ^ Integer.MIN_VALUE);
        }
        sums.sum[to] = s;
        sums.square[to] = q;
        sums.abs[to] = a;
        sums.max[to] = Float.intBitsToFloat(largest);
        sums.min[to] = Float.intBitsToFloat(lowest ^ Integer.MIN_VALUE);
        if (largest < 0 || lowest < 0) { // all of one sign
            ScalarKernels.extremes(x, at, width, sums, to);
        }
    }

    /**
     * Σx and Σ(x−m)² by way of deviations from r, a float near the mean m: Σx = nr + Σ(x−r), Σ(x−m)² = Σ(x−r)² −
     * n(m−r)².
     */
    private void deviationsOfRow(float[] x, int at, int width, float near, RowSums sums, int to) {
        FloatVector r = FloatVector.broadcast(SPECIES, near);
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector square = sum;
        int end = at + width;
        int i = at;
        for (; i <= end - LANES; i += LANES) {
            FloatVector e = FloatVector.fromArray(SPECIES, x, i).sub(r);
            sum = e.add(sum);
            square = e.mul(e).add(square);
        }
        sum.intoArray(lanes, 0);
        square.intoArray(lanes, LANES);
        double s = sumOfLanes(0);
        double q = sumOfLanes(1);
        for (; i < end; i++) {
            double e = (double) x[i] - near;
            s += e;
            q += e * e;
        }
        sums.sum[to] = (double) width * near + s;
        sums.deviation[to] = Math.max(0, q - s * s / width);
    }

    @Override
    public void addProducts(double[] x, int rows, int length, int first, int end, double[] sums) {
        products.add(x, rows, length, first, end, sums);
    }

    /**
     * Adds up one of the vectors put into the lanes. The module's own sum may add in another order once it is compiled,
     * and so give other bits.
     */
    private double sumOfLanes(int vector) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        for (int i = vector * LANES; i < (vector + 1) * LANES; i += 4) {
            s0 += lanes[i];
            s1 += lanes[i + 1];
            s2 += lanes[i + 2];
            s3 += lanes[i + 3];
        }
        return (s0 + s1) + (s2 + s3);
    }

    private static boolean isSafe(double square) {
        return square > TINY && square < Double.POSITIVE_INFINITY;
    }
}
